/** A growing and shrinking ring of numeric samples, in the order of their sequences, on pages of a shared pool. */
import { lowAt, type PagePool, pointAt, type Slab, shiftFor } from "./pages.ts";
import { addTurn, HIGH, type Turns, turnsAfterFirst } from "./turns.ts";
import type { Part } from "./value.ts";

const NO_PAGES: readonly number[] = [];
const NO_SLAB: Slab = { shift: shiftFor(0), doubles: new Float64Array(0), words: new Uint32Array(0) };

/**
 * Positions count the slots of all pages; the oldest sample stands at `first`, the others follow, around the end to the start.
 * A full ring that gives up its oldest sample for each new one needs no memory beyond it.
 */
export class Samples {
  readonly #pool: PagePool;
  #pages: readonly number[] = NO_PAGES;
  /** As the pages; null until a sample has a part. */
  #parts: (Part | null)[][] | null = null;
  #first = 0;
  #count = 0;
  /** Of the page that the newest sample stands on; all pages are of one size. */
  #slab = NO_SLAB;
  #page = 0;
  /** Where its point stands, so that the newest value is found without a look at the pages. */
  #newest = 0;
  #turns: Turns = null;
  lastSequence = 0;

  constructor(pool: PagePool) {
    this.#pool = pool;
  }

  get slots(): number {
    return this.#count;
  }

  get #capacity(): number {
    return this.#pages.length << this.#slab.shift;
  }

  protected add(sequence: number, time: number, number: number, part: Part | null): void {
    if (this.#count === this.#capacity) this.#grow();
    if (sequence >= HIGH && this.#count > 0) {
      this.#turns = addTurn(this.#turns, { index: this.#count - 1, sequence: this.lastSequence }, sequence);
    }
    const position = this.#position(this.#count++);
    const { shift } = this.#slab;
    const slot = position & ((1 << shift) - 1);
    if (slot === 0) this.#turnTo(position >> shift);
    const { doubles, words } = this.#slab;
    const point = pointAt(this.#page, slot, shift);
    this.#newest = point;
    doubles[point] = time;
    doubles[point + 1] = number;
    words[lowAt(this.#page, slot, shift)] = sequence;
    this.lastSequence = sequence;
    if (part !== null || this.#parts !== null) this.#setPart(position, part);
  }

  #turnTo(index: number): void {
    this.#page = this.#pages[index]!;
    this.#slab = this.#pool.slabOf(this.#page);
  }

  #position(index: number): number {
    const position = this.#first + index;
    const capacity = this.#capacity;
    return position < capacity ? position : position - capacity;
  }

  #setPart(position: number, part: Part | null): void {
    const { shift } = this.#slab;
    this.#parts ??= this.#pages.map(() => []);
    this.#parts[position >> shift]![position & ((1 << shift) - 1)] = part;
  }

  #grow(): void {
    const shift = shiftFor(this.#count);
    if (shift > this.#slab.shift) this.#moveTo(shift);
    else this.#addPage();
  }

  /** The oldest page comes first, and what stands before the oldest sample on it moves to the new page. */
  #addPage(): void {
    const { shift } = this.#slab;
    const at = this.#first >> shift;
    const before = this.#first & ((1 << shift) - 1);
    const added = this.#pool.allocate(shift);
    this.#pages = [...this.#pages.slice(at), ...this.#pages.slice(0, at), added];
    this.#pool.copy(this.#pages[0]!, added, before);
    if (this.#parts) {
      const parts = [...this.#parts.slice(at), ...this.#parts.slice(0, at)];
      this.#parts = [...parts, parts[0]!.slice(0, before)];
      parts[0]!.fill(null, 0, before);
    }
    this.#first = before;
    this.#turnTo(this.#pages.length - 1);
  }

  /** Onto pages of another size. */
  #moveTo(shift: number): void {
    const samples = Array.from({ length: this.#count }, (_, index) => ({
      sequence: this.sequenceAt(index),
      time: this.timeAt(index),
      number: this.numberAt(index),
      part: this.partAt(index),
    }));
    this.clear();
    const pages = (samples.length >> shift) + 1;
    this.#pages = Array.from({ length: pages }, () => this.#pool.allocate(shift));
    this.#turnTo(0);
    for (const { sequence, time, number, part } of samples) this.add(sequence, time, number, part);
  }

  protected dropFirst(): void {
    const { shift } = this.#slab;
    const mask = (1 << shift) - 1;
    if (this.#parts) this.#parts[this.#first >> shift]![this.#first & mask] = null;
    if (this.#turns) this.#turns = turnsAfterFirst(this.#turns);
    this.#count--;
    this.#first = this.#position(1);
    if ((this.#first & mask) === 0) this.#shrink();
  }

  /** Gives the page back that was just left, but keeps one to spare: a full ring writes there next. */
  #shrink(): void {
    const { shift } = this.#slab;
    if (this.#capacity - this.#count <= 1 << shift) return;
    if (this.#count >> shift === 0 && shift > shiftFor(0)) {
      this.#moveTo(shiftFor(this.#count));
      return;
    }
    const next = this.#first >> shift;
    const left = (next || this.#pages.length) - 1;
    this.#pool.release(this.#pages[left]!);
    this.#pages = this.#pages.filter((_, index) => index !== left);
    this.#parts?.splice(left, 1);
    if (left < next) this.#first -= 1 << shift;
  }

  /** Gives all pages back. */
  clear(): void {
    for (const page of this.#pages) this.#pool.release(page);
    this.#pages = NO_PAGES;
    this.#parts = null;
    this.#turns = null;
    this.#slab = NO_SLAB;
    this.#first = 0;
    this.#count = 0;
  }

  protected setPart(index: number, part: Part): void {
    this.#setPart(this.#position(index), part);
  }

  protected partAt(index: number): Part | null {
    if (this.#parts === null) return null;
    const position = this.#position(index);
    const { shift } = this.#slab;
    return this.#parts[position >> shift]![position & ((1 << shift) - 1)] ?? null;
  }

  protected sequenceAt(index: number): number {
    const position = this.#position(index);
    const { shift } = this.#slab;
    const page = this.#pages[position >> shift]!;
    const low = this.#pool.slabOf(page).words[lowAt(page, position & ((1 << shift) - 1), shift)]!;
    const last = this.#turns?.find((turn) => turn.index >= index)?.sequence ?? this.lastSequence;
    return last - ((last - low) >>> 0);
  }

  /** Of the newest sample. Only where there is one. */
  protected get lastPoint(): { readonly time: number; readonly number: number } {
    const { doubles } = this.#slab;
    return { time: doubles[this.#newest]!, number: doubles[this.#newest + 1]! };
  }

  protected timeAt(index: number): number {
    return this.#doubleAt(index, 0);
  }

  protected numberAt(index: number): number {
    return this.#doubleAt(index, 1);
  }

  #doubleAt(index: number, column: 0 | 1): number {
    const position = this.#position(index);
    const { shift } = this.#slab;
    const page = this.#pages[position >> shift]!;
    return this.#pool.slabOf(page).doubles[pointAt(page, position & ((1 << shift) - 1), shift) + column]!;
  }
}
