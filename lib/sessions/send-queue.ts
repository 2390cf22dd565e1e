/** What waits for a connection that takes no more bytes: bounded, in order, with a policy for when it is full. */

/** `close` the connection is given up · `oldest` the oldest give way · `coalesce` the newer takes the place of its topic. */
export type OverflowPolicy = "close" | "oldest" | "coalesce";
export const OVERFLOW_POLICIES: readonly OverflowPolicy[] = ["close", "oldest", "coalesce"];

export interface Outgoing {
  readonly data: Buffer | string;
  readonly bytes: number;
  readonly topic?: string | undefined;
  /** Milliseconds since 1970 after which it must not be sent. */
  readonly deadline?: number | undefined;
}

export class SendQueue {
  readonly #dropped: (reason: "overflow" | "coalesced") => void;
  readonly #maxBytes: number;
  readonly #policy: OverflowPolicy;
  /** In their order; a topic's newer message takes the place of the older. */
  readonly #waiting = new Map<string | number, Outgoing>();
  #heldBytes = 0;
  #next = 0;

  constructor(maxBytes: number, policy: OverflowPolicy, dropped: (reason: "overflow" | "coalesced") => void) {
    this.#maxBytes = maxBytes;
    this.#policy = policy;
    this.#dropped = dropped;
  }

  get held(): number {
    return this.#waiting.size;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** False where the connection must be given up. */
  offer(item: Outgoing): boolean {
    const key = this.#policy === "coalesce" ? (item.topic ?? this.#next++) : this.#next++;
    const older = this.#waiting.get(key);
    if (older) {
      this.#dropped("coalesced");
      this.#heldBytes -= older.bytes;
    } else if (this.#policy === "close" && this.#heldBytes + item.bytes > this.#maxBytes) {
      return false;
    }
    this.#waiting.set(key, item);
    this.#heldBytes += item.bytes;
    while (this.#heldBytes > this.#maxBytes) this.#dropOldest();
    return true;
  }

  take(): Outgoing | undefined {
    for (const [key, item] of this.#waiting) {
      this.#waiting.delete(key);
      this.#heldBytes -= item.bytes;
      return item;
    }
    return undefined;
  }

  /** Forgets all that waits, and says how many that were. */
  clear(): number {
    const held = this.#waiting.size;
    this.#waiting.clear();
    this.#heldBytes = 0;
    return held;
  }

  #dropOldest(): void {
    if (this.take()) this.#dropped("overflow");
  }
}
