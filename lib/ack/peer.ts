/** One side of ack/0 as the other side knows it: what it has sent us, and what it has not yet acknowledged (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";
import { type Received, writeAck, writeMessage } from "./message.ts";
import {
  type Numbered,
  Outbox,
  type OutboxOptions,
  type OutboxState,
  type Outgoing,
  type Withdrawn,
} from "./outbox.ts";
import { SeenIds, type SeenState } from "./seen-ids.ts";

/** Why something went no further. `unknown-ack`: of a message that nobody waits for. */
export type DropReason = "duplicate" | "unknown-ack" | "overflow" | "expired" | "inbox-full" | "no-id" | "bad-id";

export type PeerEvent<Ref> =
  | { readonly type: "write"; readonly message: JsonObject }
  /** To be committed, and then confirmed with `commit`: only then is it acknowledged. */
  | { readonly type: "received"; readonly epoch: number; readonly id: number; readonly fields: JsonObject }
  | { readonly type: "acknowledged"; readonly ref: Ref }
  | { readonly type: "dropped"; readonly reason: DropReason; readonly ref?: Ref };

/** Of the message that says who a peer is: what it has beside its identity, and what it is answered. */
interface FirstMessage {
  readonly fields: JsonObject;
  readonly welcome: JsonObject;
}

/** What survives a restart. */
export interface PeerState<Ref> {
  /** Counts the restarts of the peer's counter. */
  readonly epoch: number;
  readonly seen: SeenState;
  readonly outbox: OutboxState<Ref>;
}

/** Messages received and not yet committed; of more than these the peer is told nothing, so that it sends them again. */
const MAX_UNCOMMITTED = 1024;

export class Peer<Ref> {
  readonly #outbox: Outbox<Ref>;
  #seen: SeenIds;
  #epoch: number;
  /** Received in this epoch, and being committed. */
  readonly #uncommitted = new Set<number>();
  /** Committed while the peer was away. */
  #pendingAcks: number[] = [];
  #attached = false;
  /** Id of the empty message, which is not kept: the next connection has one of its own. */
  #greeting = 0;

  constructor(options: OutboxOptions, state?: PeerState<Ref>, firstEpoch = 0) {
    this.#outbox = new Outbox(options, state?.outbox);
    this.#seen = new SeenIds(state?.seen);
    this.#epoch = state?.epoch ?? firstEpoch;
  }

  get isAttached(): boolean {
    return this.#attached;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Messages that wait for their ack, or to be sent. */
  get held(): number {
    return this.#outbox.size;
  }

  get oldest(): number | null {
    return this.#outbox.oldest;
  }

  state(): PeerState<Ref> {
    return { epoch: this.#epoch, seen: this.#seen.state(), outbox: this.#outbox.state() };
  }

  /**
   * The peer says who it is, in a message with this id: pending acks, all that is unacknowledged, then the message's own
   * ack, and an empty message that the peer answers. `welcome` may tell it something there. What else the first message
   * has is received like any other, and acknowledged when it is safe.
   */
  attach(id: number, now: number, { fields, welcome }: FirstMessage): PeerEvent<Ref>[] {
    if (id <= this.#seen.greatest) this.restart();
    const resumed = this.resume(now);
    this.#greeting = this.#outbox.nextId();
    const greeting = { type: "write", message: writeMessage(welcome, this.#greeting) } as const;
    const isBare = Object.keys(fields).length === 0;
    if (isBare) this.#seen.add(id);
    const answer = isBare ? [written<Ref>(id)] : this.receive({ type: "message", id, fields }, now);
    return [...resumed, ...answer, greeting];
  }

  /** As `attach` from the side that says who it is, once the other has answered. */
  resume(now: number): PeerEvent<Ref>[] {
    this.#attached = true;
    const acks = this.#pendingAcks.splice(0).map(written<Ref>);
    const expired = this.#expire(now);
    return [...acks, ...expired, ...this.#outbox.unacknowledged.map(sent), ...this.#release(now)];
  }

  detach(): void {
    this.#attached = false;
  }

  receive(received: Received, now: number): PeerEvent<Ref>[] {
    if (received.type === "malformed") return [{ type: "dropped", reason: received.reason }];
    if (received.type === "ack") return this.#acknowledged(received.id, now);
    const { id, fields } = received;
    if (this.#seen.has(id)) return this.#repeated(id);
    if (this.#uncommitted.size >= MAX_UNCOMMITTED) return [{ type: "dropped", reason: "inbox-full" }];
    this.#seen.add(id);
    this.#uncommitted.add(id);
    return [{ type: "received", epoch: this.#epoch, id, fields }];
  }

  /** A received message is safe. One of an earlier epoch needs no ack any more: its sender has forgotten it. */
  commit(epoch: number, id: number): PeerEvent<Ref>[] {
    if (epoch !== this.#epoch || !this.#uncommitted.delete(id)) return [];
    if (this.#attached) return [written(id)];
    this.#pendingAcks.push(id);
    return [];
  }

  /** A received message could not be made safe: it is taken when it comes again. */
  giveUp(epoch: number, id: number): void {
    if (epoch === this.#epoch && this.#uncommitted.delete(id)) this.#seen.remove(id);
  }

  /** Sent at once where the peer is there, else when it comes. */
  send(message: Outgoing<Ref>, now: number): PeerEvent<Ref>[] {
    const lost = this.#outbox.add(message);
    const dropped: PeerEvent<Ref>[] = lost ? [{ type: "dropped", reason: "overflow", ref: lost.ref }] : [];
    return [...dropped, ...this.#release(now)];
  }

  /** Sends a message again that was sent before a restart, with the id that it had. */
  sendAgain(message: Numbered<Ref>): PeerEvent<Ref>[] {
    this.#outbox.restore(message);
    return this.#attached ? [sent(message)] : [];
  }

  /** Takes out what is unacknowledged and kept elsewhere. */
  withdraw(isElsewhere: (ref: Ref) => boolean): Withdrawn<Ref> {
    return this.#outbox.withdraw(isElsewhere);
  }

  /** A number for a message that is not kept. */
  nextId(): number {
    return this.#outbox.nextId();
  }

  /** The peer counts anew, so that what it sends is no repetition: its id is not above the greatest one seen. */
  restart(): void {
    this.#epoch++;
    this.#seen = new SeenIds();
    this.#uncommitted.clear();
    this.#pendingAcks = [];
  }

  hasSeen(id: number): boolean {
    return this.#seen.has(id);
  }

  /** Drops what is past its deadline. */
  sweep(now: number): PeerEvent<Ref>[] {
    return [...this.#expire(now), ...this.#release(now)];
  }

  #acknowledged(id: number, now: number): PeerEvent<Ref>[] {
    if (id === this.#greeting) return [];
    const message = this.#outbox.acknowledge(id);
    if (!message) return [{ type: "dropped", reason: "unknown-ack" }];
    return [{ type: "acknowledged", ref: message.ref }, ...this.#release(now)];
  }

  /** One that is still being committed gets its ack when it is safe, not before. */
  #repeated(id: number): PeerEvent<Ref>[] {
    const dropped = { type: "dropped", reason: "duplicate" } as const;
    return this.#uncommitted.has(id) ? [dropped] : [dropped, written(id)];
  }

  #release(now: number): PeerEvent<Ref>[] {
    return this.#attached ? this.#outbox.release(now).map(sent) : [];
  }

  #expire(now: number): PeerEvent<Ref>[] {
    return this.#outbox.expire(now).map(({ ref }) => ({ type: "dropped", reason: "expired", ref }));
  }
}

function written<Ref>(id: number): PeerEvent<Ref> {
  return { type: "write", message: writeAck(id) };
}

function sent<Ref>({ fields, id }: Numbered<Ref>): PeerEvent<Ref> {
  return { type: "write", message: writeMessage(fields, id) };
}
