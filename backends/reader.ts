/** One reader of the log: replays from its position, then follows live through a bounded buffer, and falls back to replay when slow. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseCursor } from "../lib/store/cursor.ts";
import { Merge } from "../lib/store/merge.ts";
import { compileFilters, hasWildcard } from "../lib/store/topic.ts";
import type { Stored } from "../lib/store/value.ts";
import { BackendError, type Entry, type ReadOptions } from "./backend.ts";
import type { Log } from "./log.ts";
import { tracksAfter } from "./replay-tracks.ts";
import type { Track } from "./track.ts";

/** Live entries that may wait for a slow reader. */
const BUFFER_ENTRIES = 1024;

/** A replay lets others run after so many entries. */
const TURN_ENTRIES = 256;

export class Reader {
  readonly tracks = new Set<Track>();
  readonly selects: (topic: string) => boolean;
  /** All that it can ever select, where no filter has a wildcard. */
  readonly topics: ReadonlySet<string> | null;
  readonly #log: Log;
  readonly #onGap: ReadOptions["onGap"];
  readonly #ofDurables: boolean;
  #buffer: Stored[] = [];
  #taken = 0;
  #behind = false;
  #merge: Merge | null = null;
  #mergeLimit = 0;
  /** The last sequence handed out, and the last one of a reported gap. */
  #position: number;
  #gapUpTo = 0;
  #finished = false;
  /** The last sequence to supply, where the reader ends instead of following. */
  readonly #end: number;
  #wake: () => void = () => {};

  constructor(log: Log, filters: readonly string[], options: Omit<ReadOptions, "signal">) {
    const { after, upTo, onGap } = options;
    this.#log = log;
    this.selects = selector(filters);
    this.topics = filters.some(hasWildcard) ? null : new Set(filters);
    this.#ofDurables = filters.some((filter) => filter.startsWith("$"));
    if (this.#ofDurables && !filters.every((filter) => filter.startsWith("$"))) {
      throw new BackendError(
        "invalid",
        "one reader takes either readings or $ topics, which have an order of their own",
      );
    }
    this.#onGap = onGap;
    this.#position = this.#ofDurables ? log.visibleDurable : log.sequence;
    this.#end = upTo === undefined ? Number.POSITIVE_INFINITY : Math.min(log.sequence, sequenceIn(log, upTo) ?? 0);
    const known = after === undefined ? null : sequenceIn(log, after);
    if (after !== undefined) {
      this.#behind = true;
      this.#position = known ?? 0;
    }
    if (upTo === undefined) log.attach(this);
    else for (const track of tracksAfter(log, this, this.#position)) this.tracks.add(track);
    if (after !== undefined && known === null) this.#reportUnknown(after);
  }

  /** A cursor of another life of the store: all that is held is newer, and what lay between is not known. */
  #reportUnknown(after: string): void {
    let first = this.#log.sequence + 1;
    for (const track of this.tracks) first = Math.min(first, track.next(0)?.sequence ?? first);
    this.#gapUpTo = Math.max(first - 1, this.#removedUpTo());
    this.#onGap({ from: after, to: this.#log.cursor(this.#gapUpTo) });
  }

  follow(track: Track): void {
    this.tracks.add(track);
  }

  unfollow(track: Track): void {
    this.tracks.delete(track);
  }

  /** Takes a new entry, or leaves it for the replay when this reader is behind. */
  push(stored: Stored): void {
    if (this.#behind) return;
    if (this.#buffer.length - this.#taken < BUFFER_ENTRIES) this.#buffer.push(stored);
    else this.#behind = true;
    this.#wake();
  }

  finish(): void {
    this.#finished = true;
    this.#log.detach(this);
    this.#wake();
  }

  async *entries(): AsyncGenerator<Entry, void, undefined> {
    try {
      for (let given = 1; !this.#finished; given++) {
        const stored = this.#take();
        if (stored === null && this.#end < Number.POSITIVE_INFINITY) return;
        if (stored === null) await this.#awakened();
        else yield this.#log.entry(stored);
        if (this.#behind && given % TURN_ENTRIES === 0) await nextTurn();
      }
    } finally {
      this.finish();
    }
  }

  #awakened(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#finished) resolve();
    });
  }

  #take(): Stored | null {
    const stored = this.#fromBuffer() ?? this.#fromReplay();
    if (stored) this.#position = stored.sequence;
    return stored;
  }

  #fromBuffer(): Stored | null {
    const stored = this.#buffer[this.#taken];
    if (stored === undefined) return null;
    if (++this.#taken === this.#buffer.length) {
      this.#buffer = [];
      this.#taken = 0;
    }
    return stored;
  }

  #fromReplay(): Stored | null {
    while (this.#behind) {
      this.#merge ??= this.#startMerge();
      this.#reportGap(this.#position, this.#merge.overtakenUpTo);
      const stored = this.#merge.next();
      if (stored) return stored;
      this.#endMerge();
    }
    return null;
  }

  #startMerge(): Merge {
    const limit = this.#limit();
    this.#reportGap(this.#position, this.#removedUpTo());
    const told = Math.max(this.#position, this.#gapUpTo);
    const holes = this.#ofDurables ? [] : this.#log.holes;
    const hole = holes.find(({ from, to }) => from < limit && Math.min(to, limit) > told);
    if (hole && this.#position >= hole.from) {
      // Entries within the hole that were committed one by one are there all the same.
      this.#reportGap(Math.max(this.#position, hole.from), hole.to);
      return this.#startMerge();
    }
    this.#mergeLimit = hole ? hole.from : limit;
    return new Merge(this.tracks, this.#position, this.#mergeLimit);
  }

  #endMerge(): void {
    this.#merge = null;
    if (this.#mergeLimit === this.#limit()) this.#behind = false;
    else if (!this.#ofDurables) this.#position = this.#mergeLimit;
  }

  #limit(): number {
    return Math.min(this.#log.sequence, this.#end);
  }

  /** Tells of what is missing between the position and `removed`, unless it has been told. */
  #reportGap(from: number, removed: number): void {
    const to = Math.min(removed, this.#end);
    const start = Math.max(from, this.#gapUpTo);
    if (to <= start) return;
    this.#gapUpTo = to;
    this.#onGap({ from: this.#log.cursor(start), to: this.#log.cursor(to) });
  }

  #removedUpTo(): number {
    let upTo = this.#log.forgottenUpTo;
    for (const { removedUpTo } of this.tracks) upTo = Math.max(upTo, removedUpTo);
    return upTo;
  }
}

/** Null where this store has not reached it, or it is none of its cursors. */
function sequenceIn(log: Log, cursor: string): number | null {
  const position = parseCursor(cursor);
  return position?.epoch === log.epoch && position.sequence <= log.sequence ? position.sequence : null;
}

/** Throws BackendError `invalid`. */
export function selector(filters: readonly string[]): (topic: string) => boolean {
  try {
    return compileFilters(filters);
  } catch (error) {
    throw new BackendError("invalid", (error as Error).message);
  }
}
