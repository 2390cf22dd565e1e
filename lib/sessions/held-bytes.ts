/** The bytes of a message whose end has not come yet. */

const EMPTY = Buffer.alloc(0);
const LEAST_BYTES = 256;
/** A larger memory is given back with its message, so that a thousand quiet connections hold little. */
const KEPT_BYTES = 4096;

export class HeldBytes {
  #bytes = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The byte that stands `back` bytes before the end; 1 is the last one. */
  fromEnd(back: number): number | undefined {
    return this.#bytes[this.#length - back];
  }

  add(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(length))));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** A view: it holds until the next `add`. */
  first(length: number): Buffer {
    return this.#bytes.subarray(0, length);
  }

  /** Forgets all but the last bytes. */
  keepLast(count: number): void {
    if (this.#length <= count) return;
    const kept = Buffer.from(this.#bytes.subarray(this.#length - count, this.#length));
    this.clear();
    this.add(kept);
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = EMPTY;
  }
}
