/**
 * The bytes of elements whose values come again and again, by the text of the field: what a board measures changes
 * slowly, and bytes that are there already cost nothing (bench `record-4-elements`). One slab bounds them all.
 */

/** Some hundred elements. */
const SLAB_BYTES = 32 * 1024;
/** Longer texts are hardly the same twice. */
const MAX_TEXT = 12;

export class ElementCache {
  readonly #known = new Map<string, Buffer>();
  #slab = Buffer.alloc(0);
  #used = 0;

  get(text: string): Buffer | undefined {
    return this.#known.get(text);
  }

  /** The element is ASCII. */
  add(text: string, element: string): Buffer {
    if (text.length > MAX_TEXT || element.length > SLAB_BYTES) return Buffer.from(element);
    if (this.#used + element.length > this.#slab.length) this.#begin();
    const begin = this.#used;
    this.#used += this.#slab.write(element, begin, "latin1");
    const bytes = this.#slab.subarray(begin, this.#used);
    this.#known.set(text, bytes);
    return bytes;
  }

  /** The old slab lives as long as those who got a part of it. */
  #begin(): void {
    this.#known.clear();
    this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#used = 0;
  }
}
