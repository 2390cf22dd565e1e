/** The one ordered stream: every topic's series, what retention removes from them, and the readers that follow. */
import { CursorMint } from "../lib/store/cursor-mint.ts";
import { PagePool } from "../lib/store/pages.ts";
import { type Part, type Stored, unpackRaw, unpackValue } from "../lib/store/value.ts";
import { BackendError, type Entry, type Retention } from "./backend.ts";
import type { Reader } from "./reader.ts";
import { sweepByAge } from "./sweep.ts";
import { checkTopic, Track } from "./track.ts";

/** A stretch of sequences, after `from` up to and including `to`, whose readings an unclean end may have lost. */
export interface Hole {
  readonly from: number;
  readonly to: number;
}

type TrimReason = "count" | "bytes" | "age" | "trim" | "ack" | "clear";

/** What all devices of an inbox together may have there. */
const MAX_INBOX_ENTRIES = 250_000;

const REMOVALS = {
  count: (track: Track, most: number) => track.removeBeyond(most),
  bytes: (track: Track, most: number) => track.removeHeavier(most),
  age: (track: Track, oldest: number) => track.removeOlderThan(oldest),
} as const;

export class Log {
  readonly epoch: string;
  readonly retention: Retention;
  readonly holes: readonly Hole[];
  readonly tracks = new Map<string, Track>();
  readonly trimmed: Record<TrimReason, number> = { count: 0, bytes: 0, age: 0, trim: 0, ack: 0, clear: 0 };
  /** The newest sequence minted. */
  sequence: number;
  /** The newest sequence of a `$` topic that can be read. */
  visibleDurable: number;
  /** Topics that were given up while empty had entries up to here. */
  forgottenUpTo = 0;
  /** Sequences above it must not be minted yet: after an unclean end they would be minted again. */
  ceiling = Number.POSITIVE_INFINITY;
  isClosed = false;
  /** Hears what retention removed. */
  onRemoved: (track: Track) => void = () => {};
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
    for (const track of this.tracks.values()) count += track.count;
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
    const most = track.isInbox ? MAX_INBOX_ENTRIES : this.retention.maxCount;
    if (track.isDurable && track.count + track.pending >= most) {
      throw new BackendError("full", `"${topic}" holds ${most} entries that nobody has acknowledged`);
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
    const track = new Track(topic, this.#pool);
    if (readers.length > 0) track.readers = readers;
    this.tracks.set(topic, track);
    this.#empty++;
    for (const reader of readers) reader.follow(track);
    return track;
  }

  /** An empty series is kept for what it knows of removed entries, until its place is needed. */
  #giveUpEmpty(): void {
    for (const track of this.#empty > 0 ? this.tracks.values() : []) {
      if (track.count > 0 || track.pending > 0) continue;
      this.tracks.delete(track.topic);
      this.#empty--;
      this.forgottenUpTo = Math.max(this.forgottenUpTo, track.removedUpTo);
      track.isHeld = false;
      track.clear();
      for (const reader of track.readers) reader.unfollow(track);
    }
    const { maxSeries } = this.retention;
    if (this.tracks.size < maxSeries) return;
    throw new BackendError("full", `the store holds ${maxSeries} topics, no more are allowed`);
  }

  insert(track: Track, sequence: number, time: number, number: number, part: Part | null): void {
    const { maxCount, maxTopicBytes = 0 } = this.retention;
    // First, so that a full series takes the new entry where the old one stood.
    if (track.isDurable) this.visibleDurable = sequence;
    else if (track.count >= maxCount) this.#removed(track, "count", maxCount - 1);
    if (track.count === 0) this.#empty--;
    track.append(sequence, time, number, part);
    if (maxTopicBytes > 0 && track.weight > maxTopicBytes && !track.isDurable)
      this.#removed(track, "bytes", maxTopicBytes);
    if (track.readers.length > 0) this.#tell(track, { topic: track.topic, sequence, time, number, part });
  }

  #tell(track: Track, stored: Stored): void {
    for (const reader of track.readers) reader.push(stored);
  }

  #removed(track: Track, reason: keyof typeof REMOVALS, bound: number): void {
    const count = REMOVALS[reason](track, bound);
    if (count === 0) return;
    this.trimmed[reason] += count;
    if (track.count === 0) this.#empty++;
    this.onRemoved(track);
  }

  /** Removes a topic's entries up to a sequence, by a caller's wish. */
  trim(topic: string, upTo: number): void {
    const track = this.tracks.get(topic);
    if (!track || track.count === 0) return;
    this.trimmed.trim += track.removeUpTo(upTo);
    if (track.count === 0) this.#empty++;
  }

  /** Takes back an entry whose commit failed; false where it is gone already. */
  withdraw(track: Track, sequence: number): boolean {
    const done = track.withdraw(sequence);
    if (done && track.count === 0) this.#empty++;
    return done;
  }

  /** Removes what is too old from one topic, so that nobody reads it. */
  age(track: Track, now: number): void {
    const { maxAgeMs } = this.retention;
    if (maxAgeMs > 0 && track.count > 0 && !track.isDurable) {
      this.#removed(track, "age", now - maxAgeMs);
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
    this.isClosed = true;
    this.#stopSweeping();
    for (const reader of [...this.#readers]) reader.finish();
    this.tracks.clear();
  }
}
