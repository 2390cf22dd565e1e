/** Writes a session's messages one by one, each in a write of its own, and lets no more of them wait than the bound says. */
import { type Outgoing, type OverflowPolicy, SendQueue } from "../../lib/sessions/send-queue.ts";
import type { Tally } from "./tally.ts";
import type { Wire } from "./wire.ts";

export class Writer {
  readonly #wire: Wire;
  readonly #tally: Tally;
  readonly #queue: SendQueue;
  #overflowed = 0;
  #underWay = 0;
  #goodbye: string | null = null;

  constructor(wire: Wire, tally: Tally, maxBytes: number, policy: OverflowPolicy) {
    this.#wire = wire;
    this.#tally = tally;
    this.#queue = new SendQueue(maxBytes, policy, (reason) => {
      tally.dropped[reason]++;
      if (reason === "overflow") this.#overflowed++;
    });
  }

  get held(): number {
    return this.#queue.held;
  }

  /** False where the peer reads so slowly that it must be given up. */
  offer(item: Outgoing): boolean {
    this.#tally.offered++;
    // What need not wait may be longer than what waits may be.
    if (this.#queue.held === 0 && this.#isFree()) {
      this.#write(item);
      return true;
    }
    const isTaken = this.#queue.offer(item);
    if (!isTaken) this.#tally.dropped.slow++;
    return isTaken;
  }

  /** Messages that gave way since this was asked last. */
  takeOverflowed(): number {
    const overflowed = this.#overflowed;
    this.#overflowed = 0;
    return overflowed;
  }

  /** Says goodbye behind what waits. */
  end(reason: string): void {
    this.#goodbye = reason;
    this.#pump();
  }

  /** The connection is gone. */
  drop(): void {
    this.#tally.dropped.closed += this.#queue.clear();
  }

  readonly #pump = (): void => {
    while (this.#isFree()) {
      const item = this.#queue.take();
      if (!item) break;
      this.#write(item);
    }
    if (this.#goodbye !== null && this.#isFree()) this.#wire.end(this.#goodbye);
  };

  /** One message at a time, so that the system does not merge two; what a handshake still has under way is no message. */
  #isFree(): boolean {
    return this.#underWay === 0 || this.#wire.isFlushed();
  }

  #write(item: Outgoing): void {
    if (item.deadline !== undefined && item.deadline < Date.now()) {
      this.#tally.dropped.expired++;
      return;
    }
    this.#tally.written++;
    this.#tally.bytesOut += item.bytes;
    this.#underWay++;
    this.#wire.write(item, this.#taken);
  }

  readonly #taken = (): void => {
    this.#underWay--;
    this.#pump();
  };
}
