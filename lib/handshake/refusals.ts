/** Lets a flood of refusals be told once a second, with their number. */

const TOLD_EVERY_MS = 1000;

export class Refusals {
  #toldAt = Number.NEGATIVE_INFINITY;
  #untold = 0;

  /** How many are to be told with this one; 0 where it is too soon. */
  tell(now: number): number {
    this.#untold++;
    if (now - this.#toldAt < TOLD_EVERY_MS) return 0;
    const count = this.#untold;
    this.#toldAt = now;
    this.#untold = 0;
    return count;
  }
}
