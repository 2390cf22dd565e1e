/** What was published: formats each event once, decides whether it carries an id, and puts it into the ring. */
import { formatCursor } from "../store/cursor.ts";
import { readingText, type Told } from "./event-text.ts";
import { Ring, type RingBounds } from "./ring.ts";

/** `log` is ordered and complete; of `latest` only the newest of a topic in each tick is told. */
export type DeliveryClass = "log" | "latest";

const DIGITS = /^\d{1,16}$/;

/** The ring's events that one tick brought. */
export interface Tick {
  readonly from: number;
  readonly to: number;
  /** The lowest sequence among them; infinite where all are live only. */
  readonly least: number;
}

export class Published {
  readonly ring: Ring;
  readonly #bounds: RingBounds;
  /** Index of this tick's newest event of each topic in class `latest`. */
  readonly #newest = new Map<string, number>();
  #epoch: string | null = null;
  /** What this store's cursors begin with. */
  #prefix: string | null = null;
  #ticked = 0;
  #tickBytes = 0;
  #least = Number.POSITIVE_INFINITY;
  /** What was told after a later one, oldest first: the ring's search does not find it. */
  readonly #late = new Set<number>();
  events = 0;
  coalesced = 0;
  /** Told before: nothing is lost. Handed in = events + repeated + thrown back. */
  repeated = 0;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
    this.ring = new Ring(bounds);
  }

  get epoch(): string | null {
    return this.#epoch;
  }

  /** Index up to which ticks have been taken. */
  get ticked(): number {
    return this.#ticked;
  }

  restart(epoch: string, sequence: number): void {
    this.#epoch = epoch;
    this.#prefix = `${epoch}-`;
    this.#late.clear();
    this.ring.restart(sequence);
  }

  /** Null while no store is known. */
  cursor(sequence: number): string | null {
    return this.#epoch === null ? null : formatCursor(this.#epoch, sequence);
  }

  /**
   * Null where the entry was told before, as far back as the ring reaches: two nodes may be wired to tell the same ones.
   * Throws where the value has no JSON or is too long for the ring.
   */
  format(told: Told): { chunk: Buffer; sequence: number } | null {
    const sequence = this.#sequenceOf(told);
    if (sequence > 0 && sequence <= this.ring.last && this.#wasTold(sequence)) {
      this.repeated++;
      return null;
    }
    // An event that comes after a later one carries no id: the browser's last id must never fall.
    const id = sequence > this.ring.last ? told.cursor : undefined;
    const chunk = Buffer.from(readingText(told, id));
    const most = this.#bounds.maxBytes / 4;
    if (chunk.length > most) {
      throw new RangeError(`an event of ${chunk.length} bytes is longer than a quarter of the ring (${most})`);
    }
    return { chunk, sequence };
  }

  /** A burst within one tick must not push its own beginning out of the ring. */
  isCrowded(bytes: number): boolean {
    const { maxEvents, maxBytes } = this.#bounds;
    const held = this.ring.next - this.#ticked;
    return held > 0 && (held >= maxEvents / 2 || this.#tickBytes + bytes > maxBytes / 2);
  }

  /** True where it is the tick's first. */
  push(topic: string, chunk: Buffer, sequence: number, delivery: DeliveryClass): boolean {
    const first = this.#ticked === this.ring.next;
    if (delivery === "latest") this.#coalesce(topic);
    if (sequence > 0 && sequence <= this.ring.last) this.#noteLate(sequence);
    this.ring.push(topic, chunk, sequence);
    this.events++;
    this.#tickBytes += chunk.length;
    if (sequence > 0 && sequence < this.#least) this.#least = sequence;
    return first;
  }

  /** Null where nothing was published since the last one. */
  takeTick(): Tick | null {
    const from = this.#ticked;
    const to = this.ring.next;
    if (from === to) return null;
    const least = this.#least;
    this.#ticked = to;
    this.#tickBytes = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#newest.clear();
    return { from, to, least };
  }

  /** Cursors of another store are no ids here: nobody could resume from them. */
  #sequenceOf(told: Told): number {
    if (told.cursor === undefined || this.#prefix === null || !told.cursor.startsWith(this.#prefix)) return 0;
    const digits = told.cursor.slice(this.#prefix.length);
    const sequence = DIGITS.test(digits) ? Number(digits) : 0;
    return Number.isSafeInteger(sequence) ? sequence : 0;
  }

  #wasTold(sequence: number): boolean {
    return this.ring.holds(sequence) || this.#late.has(sequence);
  }

  #noteLate(sequence: number): void {
    this.#late.add(sequence);
    if (this.#late.size <= this.#bounds.maxEvents) return;
    for (const oldest of this.#late) {
      this.#late.delete(oldest);
      return;
    }
  }

  #coalesce(topic: string): void {
    const index = this.#newest.get(topic);
    if (index !== undefined) {
      this.ring.blank(index);
      this.coalesced++;
    }
    this.#newest.set(topic, this.ring.next);
  }
}
