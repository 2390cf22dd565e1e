/** A wire that loses, corrupts and cuts frames as often as it is told. */
import type { Random } from "./random.ts";

/** Shares of the frames, 0..1. */
export interface WireFaults {
  readonly loss: number;
  readonly corruption: number;
  readonly cuts: number;
}

export class BadWire {
  /** made = sent + lost; those corrupted or cut were sent. */
  readonly counts = { made: 0, sent: 0, lost: 0, corrupted: 0, cut: 0 };
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What arrives of a frame; null where nothing does. */
  pass(frame: Buffer, { loss, corruption, cuts }: WireFaults): Buffer | null {
    this.counts.made++;
    if (this.#random.chance(loss)) {
      this.counts.lost++;
      return null;
    }
    this.counts.sent++;
    const bytes = this.#random.chance(corruption) ? this.#corrupt(frame) : frame;
    return this.#random.chance(cuts) ? this.#cut(bytes) : bytes;
  }

  /** Turns one bit over. */
  #corrupt(frame: Buffer): Buffer {
    this.counts.corrupted++;
    const bytes = Buffer.from(frame);
    const at = this.#random.below(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << this.#random.below(8));
    return bytes;
  }

  /** Keeps the beginning: one byte or more, not all. */
  #cut(frame: Buffer): Buffer {
    this.counts.cut++;
    return frame.subarray(0, 1 + this.#random.below(frame.length - 1));
  }
}
