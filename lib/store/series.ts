/** What is held of one topic: its samples, the parts beyond their numbers, and how far back retention has removed. */
import type { PagePool } from "./pages.ts";
import { Samples, type Visit } from "./samples.ts";
import { type Part, type Stored, WITHDRAWN } from "./value.ts";

type VisitStored = (sample: Stored) => boolean;

export class Series extends Samples {
  readonly topic: string;
  /** By sequence; a series of plain numbers has none. */
  #parts: Map<number, Part> | null = null;
  #withdrawn = 0;
  /** The newest sample whose time is before its predecessor's: while both are held, times are not sorted. */
  #descent = 0;
  lastSequence = 0;
  /** The highest sequence that was ever removed. */
  removedUpTo = 0;

  constructor(topic: string, pool: PagePool) {
    super(pool);
    this.topic = topic;
  }

  /** Samples held. */
  get count(): number {
    return this.slots - this.#withdrawn;
  }

  append(sequence: number, time: number, number: number, part: Part | null): void {
    if (this.add(sequence, time, number)) this.#descent = sequence;
    if (part !== null) this.#setPart(sequence, part);
    this.lastSequence = sequence;
  }

  #setPart(sequence: number, part: Part): void {
    this.#parts ??= new Map();
    this.#parts.set(sequence, part);
  }

  /** Takes back a sample that could not be made durable; false where it is no longer held. */
  withdraw(sequence: number): boolean {
    if (this.next(sequence - 1)?.sequence !== sequence) return false;
    this.#setPart(sequence, WITHDRAWN);
    this.#withdrawn++;
    return true;
  }

  /** The first sample after a sequence. */
  next(after: number): Stored | null {
    if (after >= this.lastSequence) return null;
    let found: Stored | null = null;
    const take = this.#visitor((sample) => {
      found = sample;
      return false;
    });
    this.walkAfter(after, take);
    return found;
  }

  last(): Stored | null {
    if (this.count === 0) return null;
    if (this.#withdrawn > 0) return this.#lastNotWithdrawn();
    const { topic, lastSequence: sequence } = this;
    const { time, number } = this.lastPoint();
    return { topic, sequence, time, number, part: this.#parts?.get(sequence) ?? null };
  }

  #lastNotWithdrawn(): Stored | null {
    let found: Stored | null = null;
    const take = this.#visitor((sample) => {
      found = sample;
      return false;
    });
    this.walkBack(take);
    return found;
  }

  /** The newest `limit` samples of a range of times, both ends included, oldest first, whatever order they came in. */
  range(from: number, to: number, limit: number): Stored[] {
    if (limit <= 0 || this.slots === 0) return [];
    const sorted = this.#descent <= this.firstSequence;
    return sorted ? this.#sortedRange(from, to, limit) : this.#unsortedRange(from, to, limit);
  }

  #sortedRange(from: number, to: number, limit: number): Stored[] {
    const samples: Stored[] = [];
    const take = this.#visitor((sample) => {
      if (sample.time < from) return false;
      return samples.push(sample) < limit;
    });
    this.walkBackFrom(to, take);
    return samples.reverse();
  }

  #unsortedRange(from: number, to: number, limit: number): Stored[] {
    const samples: Stored[] = [];
    const take = this.#visitor((sample) => {
      if (sample.time >= from && sample.time <= to) samples.push(sample);
      return true;
    });
    this.walkBack(take);
    return samples.sort((a, b) => a.time - b.time || a.sequence - b.sequence).slice(-limit);
  }

  /** Passes over what was withdrawn. */
  #visitor(visit: VisitStored): Visit {
    const { topic } = this;
    const parts = this.#parts;
    return (sequence, time, number) => {
      const part = parts?.get(sequence) ?? null;
      return part === WITHDRAWN || visit({ topic, sequence, time, number, part });
    };
  }

  /** Removes the oldest until `count` are left; returns how many went. */
  removeBeyond(count: number): number {
    let removed = 0;
    while (this.slots > count) removed += this.#removeFirst();
    return removed;
  }

  removeUpTo(sequence: number): number {
    let removed = 0;
    while (this.slots > 0 && this.firstSequence <= sequence) removed += this.#removeFirst();
    return removed;
  }

  /** In the order they came: a newer time at the front keeps what stands behind it. */
  removeOlderThan(time: number): number {
    let removed = 0;
    while (this.slots > 0 && this.firstTime < time) removed += this.#removeFirst();
    return removed;
  }

  /** 0 where it had been withdrawn. */
  #removeFirst(): 0 | 1 {
    const sequence = this.firstSequence;
    this.dropFirst();
    this.removedUpTo = sequence;
    if (this.#parts === null) return 1;
    const withdrawn = this.#parts.get(sequence) === WITHDRAWN;
    this.#parts.delete(sequence);
    if (withdrawn) this.#withdrawn--;
    return withdrawn ? 0 : 1;
  }
}
