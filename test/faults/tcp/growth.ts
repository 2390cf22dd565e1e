/** How much more memory a process holds, and had resident at most. */
import type { Memory } from "./peaks.ts";

/** With all garbage. */
const RESIDENT_MIB = 512;

export class Growth {
  readonly #heldMiB: number;
  readonly #residentMiB: number;

  constructor(before: Memory, later: Memory) {
    this.#heldMiB = later.heldMiB - before.heldMiB;
    this.#residentMiB = later.peakMiB - before.residentMiB;
  }

  isWithin(heldMiB: number): boolean {
    return this.#heldMiB < heldMiB && this.#residentMiB < RESIDENT_MIB;
  }

  toString(): string {
    return `+${this.#heldMiB.toFixed(0)} MiB held, +${this.#residentMiB.toFixed(0)} MiB resident at most`;
  }
}
