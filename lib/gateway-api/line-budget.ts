/** So many lines in each stretch of time, and a count of those that found no room in it. */

/** Short enough for a browser to follow what happens, long enough for a burst to be seen whole. */
const STRETCH_MS = 500;

export class LineBudget {
  readonly #perStretch: number;
  #end = Number.NEGATIVE_INFINITY;
  #left = 0;
  #missing = 0;

  constructor(linesPerSecond: number) {
    this.#perStretch = Math.max(1, Math.round((linesPerSecond * STRETCH_MS) / 1000));
  }

  /** Whether there is room for one more line; `close` tells of those for which there was none. */
  take(now: number): boolean {
    if (now >= this.#end && this.#missing === 0) {
      this.#end = now + STRETCH_MS;
      this.#left = this.#perStretch;
    }
    if (this.#left === 0) {
      this.#missing++;
      return false;
    }
    this.#left--;
    return true;
  }

  /** Ends a stretch that is over; returns how many lines it had no room for. */
  close(now: number): number {
    if (now < this.#end) return 0;
    const missing = this.#missing;
    this.#missing = 0;
    return missing;
  }

  nextDeadline(): number | null {
    return this.#missing > 0 ? this.#end : null;
  }
}
