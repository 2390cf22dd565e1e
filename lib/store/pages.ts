/** A pool of pages for numeric samples: many series share few typed arrays, since each array costs some 200 bytes of its own. */

/** Samples in one slab; a slab is cut into pages of one size. */
const SLAB_SAMPLES = 2 ** 13;
/** A large store has larger ones: a processor's caches hold the arrays themselves where they are few. */
const LARGE_SLAB_SAMPLES = 2 ** 16;
const SMALL_SLABS = 64;

/** Pages hold 2^3 … 2^10 samples. */
const LEAST_SHIFT = 3;
const MOST_SHIFT = 10;

/** A handle is `slab << PAGE_BITS | page within the slab`. */
const PAGE_BITS = 16 - LEAST_SHIFT;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** A sample is two doubles and the low half of its sequence. */
const SAMPLE_BYTES = 20;

/**
 * A page's samples stand close together, so that a write to one touches little memory:
 *
 *   points  time number time number …   (2^shift of them)
 *   lows    u32 u32 …                    (the low 32 bits of each sequence)
 */
export interface Slab {
  readonly shift: number;
  /** The same bytes twice. */
  readonly doubles: Float64Array;
  readonly words: Uint32Array;
}

export class PagePool {
  readonly #slabs: Slab[] = [];
  /** Free pages by shift. */
  readonly #free: number[][] = Array.from({ length: MOST_SHIFT + 1 }, () => []);

  allocate(shift: number): number {
    const free = this.#free[shift]!;
    if (free.length === 0) this.#grow(shift, free);
    return free.pop()!;
  }

  release(handle: number): void {
    this.#free[this.slabOf(handle).shift]!.push(handle);
  }

  slabOf(handle: number): Slab {
    return this.#slabs[handle >>> PAGE_BITS]!;
  }

  /** The first slots of one page to another of the same size. */
  copy(from: number, to: number, slots: number): void {
    const source = this.slabOf(from);
    const target = this.slabOf(to);
    const { shift } = source;
    const point = pointAt(from, 0, shift);
    const low = lowAt(from, 0, shift);
    target.doubles.set(source.doubles.subarray(point, point + slots * 2), pointAt(to, 0, shift));
    target.words.set(source.words.subarray(low, low + slots), lowAt(to, 0, shift));
  }

  #grow(shift: number, free: number[]): void {
    const samples = this.#slabs.length < SMALL_SLABS ? SLAB_SAMPLES : LARGE_SLAB_SAMPLES;
    const pages = samples >> shift;
    const first = this.#slabs.length << PAGE_BITS;
    const bytes = new ArrayBuffer(samples * SAMPLE_BYTES);
    this.#slabs.push({ shift, doubles: new Float64Array(bytes), words: new Uint32Array(bytes) });
    for (let page = pages - 1; page >= 0; page--) free.push(first + page);
  }
}

/** For a series of so many samples: an eighth of them, so that what it leaves empty is little. */
export function shiftFor(samples: number): number {
  return Math.min(MOST_SHIFT, Math.max(LEAST_SHIFT, 31 - Math.clz32(samples >> 3)));
}

/** Where a slot's time stands in the doubles of its slab; its number is next to it. */
export function pointAt(handle: number, slot: number, shift: number): number {
  return (((handle & PAGE_MASK) * 5) << (shift - 1)) + slot * 2;
}

/** Where the low half of a slot's sequence stands in the words of its slab. */
export function lowAt(handle: number, slot: number, shift: number): number {
  return (((handle & PAGE_MASK) * 5 + 4) << shift) + slot;
}
