/** The one ordered stream: every topic's series, what retention removes from them, and the readers that follow. */
import { CursorMint } from "../lib/store/cursor-mint.ts";
import { PagePool } from "../lib/store/pages.ts";
import { Series } from "../lib/store/series.ts";
import { hasWildcard, MAX_TOPIC_LENGTH } from "../lib/store/topic.ts";
import { type Part, type Stored, unpackRaw, unpackValue } from "../lib/store/value.ts";
import { BackendError, type Entry, type Retention } from "./backend.ts";
import type { Reader } from "./reader.ts";
import { sweepByAge } from "./sweep.ts";

/** A stretch of sequences, after `from` up to and including `to`, whose readings an unclean end may have lost. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** A topic as the log keeps it: the series, and the readers whose filters select it. */
export interface Track {
  readonly series: Series;
  readers: readonly Reader[];
  /** Appends whose commit is under way. */
  pending: number;
}

export type TrimReason = "count" | "age" | "trim" | "ack" | "clear";

const NO_READERS: readonly Reader[] = [];
const DOLLAR = 36;

/** Queues and outboxes: committed one by one, and never removed by retention. */
export function isDurable(topic: string): boolean {
  return topic.charCodeAt(0) === DOLLAR;
}

/** Throws BackendError `invalid`. */
export function checkTopic(topic: string): void {
  if (topic !== "" && topic.length <= MAX_TOPIC_LENGTH && !hasWildcard(topic)) return;
  throw new BackendError("invalid", `a topic must have 1..${MAX_TOPIC_LENGTH} characters without + and #`);
}

export class Log {
  readonly epoch: string;
  readonly retention: Retention;
  readonly holes: readonly Hole[];
  readonly tracks = new Map<string, Track>();
  readonly trimmed: Record<TrimReason, number> = { count: 0, age: 0, trim: 0, ack: 0, clear: 0 };
  /** The newest sequence minted. */
  sequence: number;
  /** The newest sequence of a `$` topic that can be read. */
  visibleDurable: number;
  /** Topics that were given up while empty had entries up to here. */
  forgottenUpTo = 0;
  /** Sequences above it must not be minted yet: after an unclean end they would be minted again. */
  ceiling = Number.POSITIVE_INFINITY;
  /** Hears what retention removed. */
  onRemoved: (topic: string, upTo: number) => void = () => {};
  readonly #mint: CursorMint;
  readonly #pool = new PagePool();
  readonly #readers = new Set<Reader>();
  readonly #stopSweeping: () => void;
  #empty = 0;

  constructor(epoch: string, retention: Retention, sequence = 0, holes: readonly Hole[] = []) {
    this.epoch = epoch;
    this.#mint = new CursorMint(epoch);
    this.retention = retention;
    this.sequence = sequence;
    this.visibleDurable = sequence;
    this.holes = holes;
    this.#stopSweeping = retention.maxAgeMs > 0 ? sweepByAge(this) : () => {};
  }

  get seriesCount(): number {
    return this.tracks.size - this.#empty;
  }

  get entryCount(): number {
    let count = 0;
    for (const { series } of this.tracks.values()) count += series.count;
    return count;
  }

  cursor(sequence: number): string {
    return this.#mint.cursor(sequence);
  }

  entry({ topic, sequence, time, number, part }: Stored): Entry {
    const cursor = this.cursor(sequence);
    const value = part === null ? number : unpackValue(number, part);
    const raw = part === null ? undefined : unpackRaw(part);
    return raw === undefined ? { topic, cursor, time, value } : { topic, cursor, time, value, raw };
  }

  /** Throws BackendError `full` where there is room neither for the topic nor, in an outbox, for one more entry. */
  trackFor(topic: string): Track {
    const track = this.tracks.get(topic) ?? this.#addTrack(topic);
    const { maxCount } = this.retention;
    if (isDurable(topic) && track.series.count + track.pending >= maxCount) {
      throw new BackendError("full", `"${topic}" holds ${maxCount} entries that nobody has acknowledged`);
    }
    return track;
  }

  #addTrack(topic: string): Track {
    checkTopic(topic);
    if (this.tracks.size >= this.retention.maxSeries) this.#giveUpEmpty();
    return this.restoreTrack(topic);
  }

  /** A topic that was held before: there is room for it. */
  restoreTrack(topic: string): Track {
    const readers = [...this.#readers].filter((reader) => reader.selects(topic));
    const series = new Series(topic, this.#pool);
    const track: Track = { series, readers: readers.length > 0 ? readers : NO_READERS, pending: 0 };
    this.tracks.set(topic, track);
    this.#empty++;
    for (const reader of readers) reader.follow(track);
    return track;
  }

  /** An empty series is kept for what it knows of removed entries, until its place is needed. */
  #giveUpEmpty(): void {
    for (const track of this.#empty > 0 ? this.tracks.values() : []) {
      if (track.series.count > 0 || track.pending > 0) continue;
      this.tracks.delete(track.series.topic);
      this.#empty--;
      this.forgottenUpTo = Math.max(this.forgottenUpTo, track.series.removedUpTo);
      for (const reader of track.readers) reader.unfollow(track);
    }
    const { maxSeries } = this.retention;
    if (this.tracks.size < maxSeries) return;
    throw new BackendError("full", `the store holds ${maxSeries} topics, no more are allowed`);
  }

  insert(track: Track, sequence: number, time: number, number: number, part: Part | null): void {
    const { series } = track;
    if (series.count === 0) this.#empty--;
    series.append(sequence, time, number, part);
    if (isDurable(series.topic)) this.visibleDurable = sequence;
    else if (series.count > this.retention.maxCount) this.#removed(series, "count", this.retention.maxCount);
    if (track.readers.length > 0) this.#tell(track, { topic: series.topic, sequence, time, number, part });
  }

  #tell(track: Track, stored: Stored): void {
    for (const reader of track.readers) reader.push(stored);
  }

  #removed(series: Series, reason: "count" | "age", bound: number): void {
    const count = reason === "count" ? series.removeBeyond(bound) : series.removeOlderThan(bound);
    if (count === 0) return;
    this.trimmed[reason] += count;
    if (series.count === 0) this.#empty++;
    this.onRemoved(series.topic, series.removedUpTo);
  }

  /** Removes a topic's entries up to a sequence, by a caller's wish. */
  trim(topic: string, upTo: number): void {
    const series = this.tracks.get(topic)?.series;
    if (!series || series.count === 0) return;
    this.trimmed.trim += series.removeUpTo(upTo);
    if (series.count === 0) this.#empty++;
  }

  /** Takes back an entry whose commit failed; false where it is gone already. */
  withdraw(track: Track, sequence: number): boolean {
    const done = track.series.withdraw(sequence);
    if (done && track.series.count === 0) this.#empty++;
    return done;
  }

  /** Removes what is too old from one topic, so that nobody reads it. */
  age(series: Series, now: number): void {
    const { maxAgeMs } = this.retention;
    if (maxAgeMs > 0 && series.count > 0 && !isDurable(series.topic)) {
      this.#removed(series, "age", now - maxAgeMs);
    }
  }

  attach(reader: Reader): void {
    this.#readers.add(reader);
    const topics = reader.topics ?? this.tracks.keys();
    for (const topic of topics) {
      const track = this.tracks.get(topic);
      if (!track || !reader.selects(topic)) continue;
      track.readers = [...track.readers, reader];
      reader.follow(track);
    }
  }

  detach(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    for (const track of reader.tracks) track.readers = track.readers.filter((one) => one !== reader);
  }

  close(): void {
    this.#stopSweeping();
    for (const reader of [...this.#readers]) reader.finish();
    this.tracks.clear();
  }
}
