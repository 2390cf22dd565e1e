/** Tells whether things come faster than a limit, by what this window of time and the last one counted. */

/** Short enough to notice a flood at once, long enough not to take one burst for it. */
const WINDOW_MS = 500;

export class Pace {
  readonly #perWindow: number;
  #from = Number.NEGATIVE_INFINITY;
  #count = 0;
  #wasFast = false;

  constructor(limitPerSecond: number) {
    this.#perWindow = (limitPerSecond * WINDOW_MS) / 1000;
  }

  /** Counts what came at the moment `now`, in milliseconds. */
  note(count: number, now: number): void {
    this.#roll(now);
    this.#count += count;
  }

  isFast(now: number): boolean {
    this.#roll(now);
    return this.#wasFast || this.#count > this.#perWindow;
  }

  /** A clock that jumps begins a new window. */
  #roll(now: number): void {
    const elapsed = now - this.#from;
    if (elapsed >= 0 && elapsed < WINDOW_MS) return;
    this.#wasFast = elapsed > 0 && elapsed < 2 * WINDOW_MS && this.#count > this.#perWindow;
    this.#from = now;
    this.#count = 0;
  }
}
