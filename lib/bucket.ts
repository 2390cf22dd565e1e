/** Token buckets: so much at once after a quiet time, and then so much a second. */
import { Recent } from "./recent.ts";

export interface Rate {
  /** Taken at once after a quiet time. */
  readonly burst: number;
  readonly perSecond: number;
}

export class Bucket {
  readonly #rate: Rate;
  #left: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Takes one and gives 0, or milliseconds until there is one. */
  take(now: number): number {
    const { burst, perSecond } = this.#rate;
    if (perSecond === Number.POSITIVE_INFINITY) return 0;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * perSecond) / 1000);
    this.#at = now;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) * 1000) / perSecond);
    this.#left--;
    return 0;
  }
}

/** A bucket for each of many keys: those that were idle longest are forgotten, and begin with a whole burst again. */
export class Buckets {
  readonly #rate: Rate;
  readonly #buckets: Recent<Bucket>;

  /** `most` keys are remembered, and at least half as many. */
  constructor(rate: Rate, most: number) {
    this.#rate = rate;
    this.#buckets = new Recent(most);
  }

  take(key: string, now: number): number {
    const bucket = this.#buckets.get(key) ?? new Bucket(this.#rate, now);
    this.#buckets.set(key, bucket);
    return bucket.take(now);
  }
}
