/** Finds, in one chunk, the bytes with which a terminator may end. */

const NOWHERE = Number.POSITIVE_INFINITY;

export class EndSearch {
  readonly #bytes: readonly number[];
  /** Of each byte, its nearest place that was not passed yet. */
  readonly #places: number[];

  constructor(bytes: readonly number[]) {
    this.#bytes = [...new Set(bytes)];
    this.#places = this.#bytes.map(() => -1);
  }

  /** Another chunk begins. */
  restart(): void {
    this.#places.fill(-1);
  }

  /** The nearest of the bytes from `from` on, or Infinity. */
  next(chunk: Buffer, from: number): number {
    let nearest = NOWHERE;
    for (let index = 0; index < this.#places.length; index++) {
      if (this.#places[index]! < from) this.#places[index] = placeOf(this.#bytes[index]!, chunk, from);
      if (this.#places[index]! < nearest) nearest = this.#places[index]!;
    }
    return nearest;
  }
}

function placeOf(byte: number, chunk: Buffer, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? NOWHERE : at;
}
