/** Events for one client alone, and in no history: they wait for the end of a tick, or for its connection to take more. */
import type { DeliveryClass } from "./published.ts";

export class OwnEvents {
  /** In their order; those of class `latest` by their topic. */
  readonly #waiting = new Map<string, Buffer>();
  #added = 0;
  bytes = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** True where it took the place of an older one. */
  add(topic: string, chunk: Buffer, delivery: DeliveryClass): boolean {
    // A topic has a slash, a number none.
    const key = delivery === "latest" ? topic : `${this.#added++}`;
    const older = this.#waiting.get(key);
    this.#waiting.delete(key);
    this.#waiting.set(key, chunk);
    this.bytes += chunk.length - (older?.length ?? 0);
    return older !== undefined;
  }

  /** All of them, in one piece. */
  take(): Buffer {
    const chunks = [...this.#waiting.values()];
    this.#waiting.clear();
    this.bytes = 0;
    return Buffer.concat(chunks);
  }
}
