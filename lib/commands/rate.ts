/** How many commands a sender may give: a burst, and then so many a second. */

interface Bucket {
  readonly left: number;
  /** Monotonic milliseconds at which so many were left. */
  readonly at: number;
}

/** Senders remembered; beyond it the one that was idle longest begins with a whole burst again. */
const MAX_SENDERS = 10_000;

export class CommandRate {
  readonly #perSecond: number;
  readonly #burst: number;
  /** In the order of their last command. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Milliseconds until the sender may give its next one; 0 where this one counts. */
  take(sender: string, now: number): number {
    const left = this.#leftOf(sender, now);
    if (left < 1) return Math.ceil(((1 - left) * 1000) / this.#perSecond);
    this.#buckets.delete(sender);
    this.#buckets.set(sender, { left: left - 1, at: now });
    if (this.#buckets.size > MAX_SENDERS) this.#forgetOne();
    return 0;
  }

  #leftOf(sender: string, now: number): number {
    const bucket = this.#buckets.get(sender);
    if (!bucket) return this.#burst;
    return Math.min(this.#burst, bucket.left + ((now - bucket.at) * this.#perSecond) / 1000);
  }

  #forgetOne(): void {
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}
