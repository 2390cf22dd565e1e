/** How many HELLOs are answered: so many of one address, and so many of all together. */
import { Recent } from "./recent.ts";

export interface Rate {
  /** Answered at once after a quiet time. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface HelloRates {
  readonly perAddress: Rate;
  readonly all: Rate;
}

/** Ten relays on one machine may start together; a thousand addresses that flood use up what they have within a second. */
export const HELLO_RATES: HelloRates = {
  perAddress: { burst: 20, perSecond: 1 },
  all: { burst: 4000, perSecond: 2000 },
};

const MAX_ADDRESSES = 4096;

class Bucket {
  #tokens: number;
  #at: number;

  constructor({ burst }: Rate, now: number) {
    this.#tokens = burst;
    this.#at = now;
  }

  take({ burst, perSecond }: Rate, now: number): boolean {
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * perSecond) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

export class HelloLimits {
  readonly #rates: HelloRates;
  readonly #addresses = new Recent<Bucket>(MAX_ADDRESSES);
  readonly #all: Bucket;

  constructor(rates: HelloRates, now: number) {
    this.#rates = rates;
    this.#all = new Bucket(rates.all, now);
  }

  /** One address that floods takes nothing of what all share: its own share is asked first. */
  admits(address: string, now: number): boolean {
    const bucket = this.#addresses.get(address) ?? new Bucket(this.#rates.perAddress, now);
    this.#addresses.set(address, bucket);
    return bucket.take(this.#rates.perAddress, now) && this.#all.take(this.#rates.all, now);
  }
}
