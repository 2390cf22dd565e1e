/** What is held of one topic: its samples, the parts beyond their numbers, and how far back retention has removed. */
import type { PagePool } from "./pages.ts";
import { Samples } from "./samples.ts";
import { type Part, partLength, type Stored, WITHDRAWN } from "./value.ts";

export class Series extends Samples {
  readonly topic: string;
  #withdrawn = 0;
  /** The newest sample whose time is before its predecessor's: while both are held, times are not sorted. */
  #descent = 0;
  /** The highest sequence that was ever removed. */
  removedUpTo = 0;
  /** Of the parts held, in characters, which are bytes but for texts beyond Latin-1. */
  weight = 0;

  constructor(topic: string, pool: PagePool) {
    super(pool);
    this.topic = topic;
  }

  /** Samples held. */
  get count(): number {
    return this.slots - this.#withdrawn;
  }

  append(sequence: number, time: number, number: number, part: Part | null): void {
    if (this.slots > 0 && time < this.lastPoint.time) this.#descent = sequence;
    this.add(sequence, time, number, part);
    if (part !== null) this.weight += partLength(part);
  }

  /** Takes back a sample that could not be made durable; false where it is no longer held. */
  withdraw(sequence: number): boolean {
    const index = this.#indexAfter(sequence - 1);
    if (index === this.slots || this.sequenceAt(index) !== sequence || !this.#isHeld(index)) return false;
    this.weight -= partLength(this.partAt(index));
    this.setPart(index, WITHDRAWN);
    this.#withdrawn++;
    return true;
  }

  /** Of the first sample after a sequence. */
  #indexAfter(after: number): number {
    if (after >= this.lastSequence) return this.slots;
    return partition(this.slots, (index) => this.sequenceAt(index) <= after);
  }

  #isHeld(index: number): boolean {
    return this.#withdrawn === 0 || this.partAt(index) !== WITHDRAWN;
  }

  #at(index: number): Stored {
    return {
      topic: this.topic,
      sequence: this.sequenceAt(index),
      time: this.timeAt(index),
      number: this.numberAt(index),
      part: this.partAt(index),
    };
  }

  /** The first sample after a sequence. */
  next(after: number): Stored | null {
    for (let index = this.#indexAfter(after); index < this.slots; index++) {
      if (this.#isHeld(index)) return this.#at(index);
    }
    return null;
  }

  last(): Stored | null {
    if (this.slots === 0) return null;
    if (this.#withdrawn > 0) return this.#lastNotWithdrawn();
    const { topic, lastSequence: sequence } = this;
    const { time, number } = this.lastPoint;
    return { topic, sequence, time, number, part: this.partAt(this.slots - 1) };
  }

  #lastNotWithdrawn(): Stored | null {
    for (let index = this.slots - 1; index >= 0; index--) if (this.#isHeld(index)) return this.#at(index);
    return null;
  }

  /** The newest `limit` samples of a range of times, both ends included, oldest first, whatever order they came in. */
  range(from: number, to: number, limit: number): Stored[] {
    if (limit <= 0 || this.slots === 0) return [];
    const sorted = this.#descent <= this.sequenceAt(0);
    return sorted ? this.#sortedRange(from, to, limit) : this.#unsortedRange(from, to, limit);
  }

  #sortedRange(from: number, to: number, limit: number): Stored[] {
    const samples: Stored[] = [];
    let index = partition(this.slots, (one) => this.timeAt(one) <= to);
    while (--index >= 0 && samples.length < limit && this.timeAt(index) >= from) {
      if (this.#isHeld(index)) samples.push(this.#at(index));
    }
    return samples.reverse();
  }

  #unsortedRange(from: number, to: number, limit: number): Stored[] {
    const samples: Stored[] = [];
    for (let index = 0; index < this.slots; index++) {
      const time = this.timeAt(index);
      if (time >= from && time <= to && this.#isHeld(index)) samples.push(this.#at(index));
    }
    return samples.sort((a, b) => a.time - b.time || a.sequence - b.sequence).slice(-limit);
  }

  /** Removes the oldest until `count` are left; returns how many went. */
  removeBeyond(count: number): number {
    let removed = 0;
    while (this.slots > count) removed += this.#removeFirst();
    return removed;
  }

  /** Removes the oldest until the rest weighs no more than that, but for the newest. */
  removeHeavier(weight: number): number {
    let removed = 0;
    while (this.weight > weight && this.slots > 1) removed += this.#removeFirst();
    return removed;
  }

  removeUpTo(sequence: number): number {
    let removed = 0;
    while (this.slots > 0 && this.sequenceAt(0) <= sequence) removed += this.#removeFirst();
    if (this.slots === 0) this.clear();
    return removed;
  }

  /** In the order they came: a newer time at the front keeps what stands behind it. */
  removeOlderThan(time: number): number {
    let removed = 0;
    while (this.slots > 0 && this.timeAt(0) < time) removed += this.#removeFirst();
    if (this.slots === 0) this.clear();
    return removed;
  }

  /** 0 where it had been withdrawn. */
  #removeFirst(): 0 | 1 {
    const isHeld = this.#isHeld(0);
    this.removedUpTo = this.sequenceAt(0);
    if (this.weight > 0) this.weight -= partLength(this.partAt(0));
    this.dropFirst();
    if (!isHeld) this.#withdrawn--;
    return isHeld ? 1 : 0;
  }
}

/** The first index below `end` that fails a test which all before it pass. */
function partition(end: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
