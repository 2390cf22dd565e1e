/** Lets a flood of one kind be told once in a while, with how many there were. */

export class Seldom {
  readonly #everyMs: number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #untold = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** How many are to be told with this one; 0 where it is too soon. */
  tell(now: number): number {
    this.#untold++;
    if (now - this.#toldAt < this.#everyMs) return 0;
    const count = this.#untold;
    this.#toldAt = now;
    this.#untold = 0;
    return count;
  }
}
