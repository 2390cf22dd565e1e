/** A pool of pages for numeric samples: many series share few typed arrays, since each array costs some 200 bytes of its own. */

/** Samples in one slab; a slab is cut into pages of one size. */
const SLAB_SAMPLES = 8192;

/** Pages hold 2^3 … 2^10 samples. */
const LEAST_SHIFT = 3;
const MOST_SHIFT = 10;

/** A handle is `slab << PAGE_BITS | page within the slab`. */
const PAGE_BITS = 13 - LEAST_SHIFT;
const PAGE_MASK = (1 << PAGE_BITS) - 1;

/** A page can hold sequences up to this far above its first. */
export const MAX_OFFSET = 2 ** 32 - 1;

/**
 * 20 bytes for each sample: a point (time, number) and the offset of its sequence from its page's base.
 *
 *   points   time number time number …
 *   offsets  u32 u32 …
 */
export interface Slab {
  readonly shift: number;
  readonly points: Float64Array;
  readonly offsets: Uint32Array;
  /** For each page: the sequence of its first sample, and how many it holds. */
  readonly bases: Float64Array;
  readonly fills: Uint16Array;
}

export class PagePool {
  readonly #slabs: Slab[] = [];
  /** Free pages by shift. */
  readonly #free: number[][] = Array.from({ length: MOST_SHIFT + 1 }, () => []);

  /** A page for a series of so many samples: an eighth of them, so that what it leaves empty is little. */
  allocate(samples: number): number {
    const shift = Math.min(MOST_SHIFT, Math.max(LEAST_SHIFT, 31 - Math.clz32(samples >> 3)));
    const free = this.#free[shift]!;
    if (free.length === 0) this.#grow(shift, free);
    return free.pop()!;
  }

  release(handle: number): void {
    const slab = this.slabOf(handle);
    slab.fills[handle & PAGE_MASK] = 0;
    this.#free[slab.shift]!.push(handle);
  }

  slabOf(handle: number): Slab {
    return this.#slabs[handle >>> PAGE_BITS]!;
  }

  #grow(shift: number, free: number[]): void {
    const pages = SLAB_SAMPLES >> shift;
    const first = this.#slabs.length << PAGE_BITS;
    this.#slabs.push({
      shift,
      points: new Float64Array(SLAB_SAMPLES * 2),
      offsets: new Uint32Array(SLAB_SAMPLES),
      bases: new Float64Array(pages),
      fills: new Uint16Array(pages),
    });
    for (let page = pages - 1; page >= 0; page--) free.push(first + page);
  }
}

/** The page's number within its slab. */
export function pageOf(handle: number): number {
  return handle & PAGE_MASK;
}
