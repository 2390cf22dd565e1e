/**
 * Writes a session's messages and lets no more of them wait than the bound says. The first of a turn of the event loop
 * is written at once; where messages may be joined, those behind it go together at the turn's end, or as soon as they
 * are many.
 */
import { type Outgoing, type OverflowPolicy, SendQueue } from "../../lib/sessions/send-queue.ts";
import type { Tally } from "./tally.ts";
import { atTurnEnd, currentTurn } from "./turn.ts";
import type { Wire } from "./wire.ts";

export interface WriterOptions {
  readonly queueBytes: number;
  readonly overflow: OverflowPolicy;
  /** Several messages may go in one write: their receiver can tell them apart. */
  readonly joins: boolean;
}

/** Of one write, unless a single message is longer: enough to make its cost small. */
const JOINED_BYTES = 16_384;

const NOTHING: readonly Outgoing[] = [];

export class Writer {
  readonly #wire: Wire;
  readonly #tally: Tally;
  readonly #options: WriterOptions;
  readonly #joinedMost: number;
  /** Null until a message must wait for a peer: few ever do. */
  #queue: SendQueue | null = null;
  /** Wait for the end of the turn, and only while nothing waits in the queue. */
  #joined: Outgoing[] | null = null;
  #joinedBytes = 0;
  #turn = -1;
  #overflowed = 0;
  #underWay = 0;
  #goodbye: string | null = null;

  constructor(wire: Wire, tally: Tally, options: WriterOptions) {
    this.#wire = wire;
    this.#tally = tally;
    this.#options = options;
    this.#joinedMost = Math.min(JOINED_BYTES, options.queueBytes);
  }

  get held(): number {
    return this.#waiting + (this.#joined?.length ?? 0);
  }

  get #waiting(): number {
    return this.#queue?.held ?? 0;
  }

  /** False where the peer reads so slowly that it must be given up. */
  offer(item: Outgoing): boolean {
    this.#tally.offered++;
    if (this.#waiting > 0 || !this.#isFree()) return this.#keep(item);
    // What need not wait may be longer than what waits may be.
    if (this.#options.joins && this.#hasWritten()) this.#join(item);
    else this.#write([item]);
    return true;
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
    this.#tally.dropped.closed += this.#takeJoined().length + (this.#queue?.clear() ?? 0);
  }

  /** In this turn. */
  #hasWritten(): boolean {
    const turn = currentTurn();
    const hasWritten = turn === this.#turn;
    this.#turn = turn;
    return hasWritten;
  }

  #join(item: Outgoing): void {
    if (this.#joined) this.#joined.push(item);
    else {
      this.#joined = [item];
      atTurnEnd(() => this.#pump());
    }
    this.#joinedBytes += item.bytes;
    if (this.#joinedBytes >= this.#joinedMost) this.#pump();
  }

  #takeJoined(): readonly Outgoing[] {
    const joined = this.#joined ?? NOTHING;
    this.#joined = null;
    this.#joinedBytes = 0;
    return joined;
  }

  #keep(item: Outgoing): boolean {
    this.#queue ??= this.#makeQueue();
    const queue = this.#queue;
    const refused = [...this.#takeJoined(), item].filter((one) => !queue.offer(one));
    this.#tally.dropped.slow += refused.length;
    return refused.length === 0;
  }

  #makeQueue(): SendQueue {
    const { queueBytes, overflow } = this.#options;
    return new SendQueue(queueBytes, overflow, (reason) => {
      this.#tally.dropped[reason]++;
      if (reason === "overflow") this.#overflowed++;
    });
  }

  #pump(): void {
    while (this.#isFree()) {
      const items = this.#takeNext();
      if (items.length === 0) break;
      this.#turn = currentTurn();
      this.#write(items);
    }
    if (this.#goodbye === null || !this.#isFree()) return;
    this.#wire.end(this.#goodbye);
    this.#goodbye = null;
  }

  #takeNext(): readonly Outgoing[] {
    if (this.#joined) return this.#takeJoined();
    const items: Outgoing[] = [];
    for (let bytes = 0; bytes < this.#joinedMost; ) {
      const item = this.#queue?.take();
      if (!item) break;
      items.push(item);
      bytes += this.#options.joins ? item.bytes : this.#joinedMost;
    }
    return items;
  }

  /** One write at a time, so that the system does not merge two; what a handshake still has under way is no message. */
  #isFree(): boolean {
    return this.#underWay === 0 || this.#wire.isFlushed();
  }

  #write(items: readonly Outgoing[]): void {
    const due = items.some(({ deadline }) => deadline !== undefined) ? this.#unexpired(items) : items;
    if (due.length === 0) return;
    this.#tally.written += due.length;
    for (const { bytes } of due) this.#tally.bytesOut += bytes;
    this.#underWay++;
    this.#wire.write(due, this.#taken);
  }

  #unexpired(items: readonly Outgoing[]): readonly Outgoing[] {
    const now = Date.now();
    const due = items.filter(({ deadline }) => deadline === undefined || deadline >= now);
    this.#tally.dropped.expired += items.length - due.length;
    return due;
  }

  readonly #taken = (): void => {
    this.#underWay--;
    this.#pump();
  };
}
