/** Reads a store for one consumer: the newest values or a replay first, then live, once each and in order. */
import { parseCursor, sequenceOf } from "../lib/store/cursor.ts";
import { quote } from "../lib/store/ids.ts";
import type { Backend, Entry, Gap } from "./backend.ts";

/** `now`; `latest`: newest values first; `cursor`: after a given one, or all that is kept; `continue`: where it stopped. */
export type FeedStart = "now" | "latest" | "cursor" | "continue";

export interface FeedOptions {
  readonly filters: readonly string[];
  readonly start: FeedStart;
  /** For `cursor`; empty means all that is kept. */
  readonly cursor: string;
  /** For `continue`: the key under which the place is kept. */
  readonly key: string;
}

/** Where a feed stands in the stream. */
export interface FeedPlace {
  readonly cursor: string;
  /** True where another feed came as far as this, which this one goes on from. */
  readonly isResumed: boolean;
}

export interface FeedSink {
  entry(entry: Entry): void;
  gap(gap: Gap): void;
  /** The place could not be saved; it is tried again with the next entries. */
  unsaved(fault: Error): void;
}

const SAVE_MS = 1000;

/** Throws RangeError. */
export function checkCursor(cursor: string): string {
  if (cursor !== "" && !parseCursor(cursor))
    throw new RangeError(`"cursor" must be <epoch>-<sequence>, got ${quote(cursor)}`);
  return cursor;
}

export class Feed {
  readonly #backend: Backend;
  readonly #options: FeedOptions;
  readonly #sink: FeedSink;
  readonly #from: FeedPlace;
  /** The newest entry handed on. */
  #place: string | null = null;
  #saved: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(backend: Backend, options: FeedOptions, sink: FeedSink, from?: FeedPlace) {
    this.#backend = backend;
    this.#options = options;
    this.#sink = sink;
    this.#from = from ?? { cursor: backend.head(), isResumed: false };
  }

  /** After which the next one goes on, so that it misses nothing; null where this one began elsewhere and came to nothing. */
  get place(): string | null {
    const { start } = this.#options;
    const isBegun = this.#from.isResumed || start === "now" || start === "latest";
    return this.#place ?? (isBegun ? this.#from.cursor : null);
  }

  /** Resolves when aborted; rejects with the store's fault. */
  async run(signal: AbortSignal): Promise<void> {
    const { filters } = this.#options;
    const after = await this.#begin();
    if (signal.aborted) return;
    const onGap = (gap: Gap) => this.#sink.gap(gap);
    for await (const entry of this.#backend.read(filters, { after, signal, onGap })) {
      if (signal.aborted) return;
      this.#hand(entry);
    }
  }

  /** Where to read on from. */
  async #begin(): Promise<string> {
    const { start, cursor, key } = this.#options;
    if (start === "latest") return this.#handLatest();
    if (start === "now" || this.#from.isResumed) return this.#from.cursor;
    if (start === "cursor") return cursor || this.#beginning();
    const kept = await this.#backend.get(key);
    return typeof kept === "string" && parseCursor(kept) ? kept : this.#beginning();
  }

  #beginning(): string {
    return `${this.#backend.epoch}-0`;
  }

  /** What is appended meanwhile comes by the read that follows, and only by that. */
  async #handLatest(): Promise<string> {
    const { cursor } = this.#from;
    const last = sequenceOf(cursor);
    const entries = await this.#backend.latest(this.#options.filters);
    const due = entries.filter((entry) => sequenceOf(entry.cursor) <= last);
    for (const entry of due.sort((a, b) => sequenceOf(a.cursor) - sequenceOf(b.cursor))) this.#sink.entry(entry);
    return cursor;
  }

  #hand(entry: Entry): void {
    this.#place = entry.cursor;
    this.#sink.entry(entry);
    if (this.#options.start === "continue") this.#timer ??= setTimeout(() => this.#saveLater(), SAVE_MS).unref();
  }

  #saveLater(): void {
    this.save().catch((fault: Error) => this.#sink.unsaved(fault));
  }

  /** Puts the place down; at most a second of entries is handed on again after a crash. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const place = this.#place;
    if (this.#options.start !== "continue" || place === null || place === this.#saved) return;
    await this.#backend.put(this.#options.key, place);
    this.#saved = place;
  }

  /** For a feed that is taken away. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#options.start === "continue") await this.#backend.put(this.#options.key, null);
  }
}
