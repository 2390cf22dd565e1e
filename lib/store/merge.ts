/** Merges several series into one stream by sequence, for a replay. */
import type { Series } from "./series.ts";
import type { Stored } from "./value.ts";

interface Head {
  readonly series: Series;
  /** The next sample of this series, held here so that retention cannot take it any more. */
  readonly sample: Stored;
}

export class Merge {
  /** Heads as a binary heap, the least sequence first. */
  readonly #heap: Head[] = [];
  readonly #limit: number;
  /** The highest sequence that retention removed from a series while it was being read, before it was reached. */
  overtakenUpTo = 0;

  /** What comes after one sequence, up to and including another. */
  constructor(series: Iterable<Series>, after: number, limit: number) {
    this.#limit = limit;
    for (const one of series) this.#advance(one, after);
  }

  next(): Stored | null {
    const first = this.#heap[0];
    if (first === undefined) return null;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    if (first.series.removedUpTo > first.sample.sequence) {
      this.overtakenUpTo = Math.max(this.overtakenUpTo, first.series.removedUpTo);
    }
    this.#advance(first.series, first.sample.sequence);
    return first.sample;
  }

  #advance(series: Series, after: number): void {
    const sample = series.next(after);
    if (sample !== null && sample.sequence <= this.#limit) this.#rise({ series, sample });
  }

  #rise(head: Head): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(head);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.sample.sequence <= head.sample.sequence) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = head;
  }

  /** Puts a head in the place of the first. */
  #sink(head: Head): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.sample.sequence < heap[child]!.sample.sequence) child++;
      if (heap[child]!.sample.sequence >= head.sample.sequence) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = head;
  }
}
