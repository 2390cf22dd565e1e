/** A growing and shrinking row of numeric samples, in the order of their sequences, on pages of a shared pool. */
import { MAX_OFFSET, type PagePool, pageOf, type Slab } from "./pages.ts";

/** Sees one sample after the other; false ends the walk. */
export type Visit = (sequence: number, time: number, number: number) => boolean;

export class Samples {
  readonly #pool: PagePool;
  #pages: readonly number[] = [];
  /** Slots of the first page that were removed. */
  #skipped = 0;
  #count = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  get slots(): number {
    return this.#count;
  }

  /** Returns whether the time is before that of the sample before. */
  protected add(sequence: number, time: number, number: number): boolean {
    let handle = this.#pages[this.#pages.length - 1] ?? -1;
    if (handle < 0 || !this.#fits(handle, sequence)) handle = this.#addPage(sequence);
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    const fill = slab.fills[page]!;
    const slot = (page << slab.shift) + fill;
    const before = fill > 0 ? slab.points[slot * 2 - 2]! : this.#timeBeforeLastPage();
    slab.points[slot * 2] = time;
    slab.points[slot * 2 + 1] = number;
    slab.offsets[slot] = sequence - slab.bases[page]!;
    slab.fills[page] = fill + 1;
    this.#count++;
    return time < before;
  }

  #fits(handle: number, sequence: number): boolean {
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    return slab.fills[page]! < 1 << slab.shift && sequence - slab.bases[page]! <= MAX_OFFSET;
  }

  #addPage(sequence: number): number {
    const handle = this.#pool.allocate(this.#count);
    this.#pool.slabOf(handle).bases[pageOf(handle)] = sequence;
    // An array grown by one each time has no room to spare, which 100,000 series would pay for.
    this.#pages = [...this.#pages, handle];
    return handle;
  }

  #timeBeforeLastPage(): number {
    const handle = this.#pages[this.#pages.length - 2];
    if (handle === undefined) return Number.NEGATIVE_INFINITY;
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    return slab.points[((page << slab.shift) + slab.fills[page]! - 1) * 2]!;
  }

  /** Only where there is one. */
  get firstSequence(): number {
    const handle = this.#pages[0]!;
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    return slab.bases[page]! + slab.offsets[(page << slab.shift) + this.#skipped]!;
  }

  /** Only where there is one. */
  get firstTime(): number {
    const handle = this.#pages[0]!;
    const slab = this.#pool.slabOf(handle);
    return slab.points[((pageOf(handle) << slab.shift) + this.#skipped) * 2]!;
  }

  protected dropFirst(): void {
    const handle = this.#pages[0]!;
    this.#count--;
    if (++this.#skipped < this.#pool.slabOf(handle).fills[pageOf(handle)]!) return;
    this.#pages = this.#pages.slice(1);
    this.#pool.release(handle);
    this.#skipped = 0;
  }

  /** Only where there is one. */
  protected lastPoint(): { readonly time: number; readonly number: number } {
    const handle = this.#pages[this.#pages.length - 1]!;
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    const slot = (page << slab.shift) + slab.fills[page]! - 1;
    return { time: slab.points[slot * 2]!, number: slab.points[slot * 2 + 1]! };
  }

  /** Walks from the first sample after a sequence to the newest. */
  walkAfter(after: number, visit: Visit): void {
    let index = this.#lastPage((slab, page) => slab.bases[page]! <= after);
    for (let first = true; index < this.#pages.length; index++, first = false) {
      const { slab, page, from, end } = this.#pageAt(index);
      const wanted = after - slab.bases[page]!;
      let slot = first ? partition(from, end, (middle) => slab.offsets[middle]! <= wanted) : from;
      for (; slot < end; slot++) if (!visitSlot(slab, page, slot, visit)) return;
    }
  }

  walkBack(visit: Visit): void {
    for (let index = this.#pages.length - 1; index >= 0; index--) if (!this.#pageBack(index, visit)) return;
  }

  /** Walks from the newest sample of a time up to `time` to the oldest. Only where times are sorted. */
  walkBackFrom(time: number, visit: Visit): void {
    const newest = this.#lastPage((slab, page) => slab.points[(page << slab.shift) * 2]! <= time);
    for (let index = newest; index >= 0; index--) {
      if (!this.#pageBack(index, visit, index === newest ? time : Number.POSITIVE_INFINITY)) return;
    }
  }

  #pageBack(index: number, visit: Visit, time = Number.POSITIVE_INFINITY): boolean {
    if (index >= this.#pages.length) return false;
    const { slab, page, from, end } = this.#pageAt(index);
    const bounded = time < Number.POSITIVE_INFINITY;
    let slot = bounded ? partition(from, end, (middle) => slab.points[middle * 2]! <= time) : end;
    while (--slot >= from) if (!visitSlot(slab, page, slot, visit)) return false;
    return true;
  }

  #pageAt(index: number) {
    const handle = this.#pages[index]!;
    const slab = this.#pool.slabOf(handle);
    const page = pageOf(handle);
    const start = page << slab.shift;
    return { slab, page, from: index === 0 ? start + this.#skipped : start, end: start + slab.fills[page]! };
  }

  /** The last page that passes a test; the first one, whose first samples may be gone, is not asked. */
  #lastPage(test: (slab: Slab, page: number) => boolean): number {
    const pages = this.#pages;
    const end = Math.max(1, pages.length);
    return partition(1, end, (at) => test(this.#pool.slabOf(pages[at]!), pageOf(pages[at]!))) - 1;
  }
}

function visitSlot(slab: Slab, page: number, slot: number, visit: Visit): boolean {
  return visit(slab.bases[page]! + slab.offsets[slot]!, slab.points[slot * 2]!, slab.points[slot * 2 + 1]!);
}

/** The first index in [from, end) that fails a test which all before it pass. */
function partition(from: number, end: number, test: (index: number) => boolean): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
