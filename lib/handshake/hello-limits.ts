/** How many HELLOs are answered: so many of one address, and so many of all together. */
import { Bucket, Buckets, type Rate } from "../bucket.ts";

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

export class HelloLimits {
  readonly #addresses: Buckets;
  readonly #all: Bucket;

  constructor({ perAddress, all }: HelloRates, now: number) {
    this.#addresses = new Buckets(perAddress, MAX_ADDRESSES);
    this.#all = new Bucket(all, now);
  }

  /** One address that floods takes nothing of what all share: its own share is asked first. */
  admits(address: string, now: number): boolean {
    return this.#addresses.take(address, now) === 0 && this.#all.take(now) === 0;
  }
}
