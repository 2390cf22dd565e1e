/** Which ids of a peer's counter have been seen: all up to a low mark, and some above it. */

export interface SeenState {
  readonly low: number;
  readonly above: readonly number[];
}

/** Ids remembered above the low mark: of so many an earlier one may still arrive late, as a resend does. */
const MAX_ABOVE = 1024;

export class SeenIds {
  #low: number;
  readonly #above: Set<number>;
  #greatest: number;

  constructor({ low, above }: SeenState = { low: 0, above: [] }) {
    this.#low = low;
    this.#above = new Set(above);
    this.#greatest = Math.max(low, ...above);
  }

  /** The greatest id seen; 0 before the first. */
  get greatest(): number {
    return this.#greatest;
  }

  has(id: number): boolean {
    return id <= this.#low || this.#above.has(id);
  }

  add(id: number): void {
    if (this.has(id)) return;
    this.#greatest = Math.max(this.#greatest, id);
    this.#above.add(id);
    this.#absorb();
    if (this.#above.size > MAX_ABOVE) this.#giveUpOldestHole();
  }

  /** As if it had not been seen; what lies below the low mark for long is not remembered one by one. */
  remove(id: number): void {
    if (this.#above.delete(id) || id > this.#low || this.#low - id > MAX_ABOVE) return;
    for (let later = id + 1; later <= this.#low; later++) this.#above.add(later);
    this.#low = id - 1;
  }

  state(): SeenState {
    return { low: this.#low, above: [...this.#above] };
  }

  #absorb(): void {
    while (this.#above.delete(this.#low + 1)) this.#low++;
  }

  /** What is missing below the smallest remembered id will not come any more: its sender dropped it. */
  #giveUpOldestHole(): void {
    this.#low = Math.min(...this.#above) - 1;
    this.#absorb();
  }
}
