/** Writes the cursors of one epoch: one is minted for every append, so digits that seldom change are kept as text. */
import { formatCursor } from "./cursor.ts";

const LOW = 1000;
const lowDigits = Array.from({ length: LOW }, (_, low) => String(low).padStart(3, "0"));

export class CursorMint {
  readonly #epoch: string;
  #high = 0;
  #prefix = "";

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  cursor(sequence: number): string {
    if (sequence < LOW) return formatCursor(this.#epoch, sequence);
    const high = Math.floor(sequence / LOW);
    if (high !== this.#high) {
      this.#high = high;
      this.#prefix = formatCursor(this.#epoch, high);
    }
    return this.#prefix + lowDigits[sequence - high * LOW]!;
  }
}
