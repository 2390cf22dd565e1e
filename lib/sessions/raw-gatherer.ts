/** Raw bytes as messages: what came up to a time of silence or the peer's half-close. */
import { HeldBytes } from "./held-bytes.ts";
import type { StreamDecoder, StreamEvent } from "./stream-event.ts";

const NOTHING: readonly StreamEvent[] = [];

export class RawGatherer implements StreamDecoder {
  readonly #idleMs: number;
  readonly #maxBytes: number;
  readonly #held = new HeldBytes();
  #skipping = false;
  #deadline: number | null = null;

  constructor(idleMs: number, maxBytes: number) {
    this.#idleMs = idleMs;
    this.#maxBytes = maxBytes;
  }

  receive(chunk: Buffer, now: number): readonly StreamEvent[] {
    this.#deadline = now + this.#idleMs;
    if (this.#skipping) return NOTHING;
    if (this.#held.length + chunk.length <= this.#maxBytes) {
      this.#held.add(chunk);
      return NOTHING;
    }
    this.#held.clear();
    this.#skipping = true;
    return [{ type: "dropped", reason: "too-long" }];
  }

  end(): readonly StreamEvent[] {
    const payload = Buffer.from(this.#held.first(this.#held.length));
    this.#held.clear();
    this.#skipping = false;
    this.#deadline = null;
    return payload.length === 0 ? NOTHING : [{ type: "message", payload }];
  }

  handleTimer(now: number): readonly StreamEvent[] {
    return this.#deadline === null || now < this.#deadline ? NOTHING : this.end();
  }

  nextDeadline(): number | null {
    return this.#deadline;
  }
}
