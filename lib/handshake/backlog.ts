/** What waits for a client whose socket takes no more: bounded, and what has to give way is counted. */

/** `log` keeps the order and lets the oldest go; `latest` keeps the newest of each element. */
export type DeliveryClass = "log" | "latest";

export class Backlog {
  /** held + taken + coalesced + full = what was put in. */
  readonly counts = { coalesced: 0, full: 0 };
  readonly #delivery: DeliveryClass;
  readonly #most: number;
  /** By element name in class `latest`, by number in class `log`; a map hands out what is oldest in one step. */
  readonly #waiting = new Map<string | number, Buffer>();
  #next = 0;

  constructor(delivery: DeliveryClass, most: number) {
    this.#delivery = delivery;
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  put(name: string, bytes: Buffer): void {
    const key = this.#delivery === "latest" ? name : this.#next++;
    // A newer value keeps the place of the one it replaces, so that none waits for ever.
    if (this.#waiting.has(key)) this.counts.coalesced++;
    else if (this.#waiting.size >= this.#most) this.#dropOldest();
    this.#waiting.set(key, bytes);
  }

  /** The one that has waited longest. */
  take(): Buffer | null {
    for (const [key, bytes] of this.#waiting) {
      this.#waiting.delete(key);
      return bytes;
    }
    return null;
  }

  clear(): number {
    const held = this.#waiting.size;
    this.#waiting.clear();
    return held;
  }

  #dropOldest(): void {
    this.take();
    this.counts.full++;
  }
}
