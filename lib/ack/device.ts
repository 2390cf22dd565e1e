/** The device's side of ack/0, which a gateway is too towards its hub: says who it is, waits for the answer, then sends (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";
import { readMessage } from "./message.ts";
import type { OutboxOptions, Outgoing } from "./outbox.ts";
import { Peer, type PeerEvent, type PeerState } from "./peer.ts";

export type DeviceEvent<Ref> =
  | PeerEvent<Ref>
  /** The server has answered; `given` is a name that it gave to a device without one. */
  | { readonly type: "connected"; readonly given?: unknown }
  | { readonly type: "disconnected" };

export interface DeviceOptions extends OutboxOptions {
  /** What the first message says, such as `{"dev_id": 7}`. */
  readonly identity: JsonObject;
}

export class AckDevice<Ref> {
  readonly #peer: Peer<Ref>;
  #identity: JsonObject;
  /** Id of the first message on this connection, until it is acknowledged. */
  #identifying: number | null = null;
  /** The server's empty message is still to come. */
  #isWelcomeDue = false;

  constructor({ identity, ...options }: DeviceOptions, state?: PeerState<Ref>) {
    this.#peer = new Peer(options, state);
    this.#identity = identity;
  }

  get isConnected(): boolean {
    return this.#peer.isAttached;
  }

  get held(): number {
    return this.#peer.held;
  }

  /** The id of the message that has waited longest for its ack; null where none does. */
  get oldest(): number | null {
    return this.#peer.oldest;
  }

  /** The connection is open. `identity` replaces what was said before. */
  open(identity: JsonObject = this.#identity): DeviceEvent<Ref>[] {
    this.#identity = identity;
    this.#identifying = this.#peer.nextId();
    this.#isWelcomeDue = true;
    return [{ type: "write", message: { ...identity, id: this.#identifying } }];
  }

  close(): DeviceEvent<Ref>[] {
    const wasConnected = this.#peer.isAttached;
    this.#identifying = null;
    this.#peer.detach();
    return wasConnected ? [{ type: "disconnected" }] : [];
  }

  receive(value: JsonObject, now: number): DeviceEvent<Ref>[] {
    const received = readMessage(value);
    if (received.type === "ack" && received.id === this.#identifying) return this.#identified(now);
    if (received.type === "message" && this.#isWelcomeDue && isWelcome(received.fields)) {
      return this.#welcomed(received.id, received.fields, now);
    }
    return this.#peer.receive(received, now);
  }

  send(message: Outgoing<Ref>, now: number): DeviceEvent<Ref>[] {
    return this.#peer.send(message, now);
  }

  commit(epoch: number, id: number): DeviceEvent<Ref>[] {
    return this.#peer.commit(epoch, id);
  }

  /** Drops what is past its deadline; due about once a second. */
  sweep(now: number): DeviceEvent<Ref>[] {
    return this.#peer.sweep(now);
  }

  #identified(now: number): DeviceEvent<Ref>[] {
    this.#identifying = null;
    return [{ type: "connected" }, ...this.#peer.resume(now)];
  }

  /** A server whose id is not above what was seen has lost its count: what it sends from now on is new. */
  #welcomed(id: number, { dev_id: given }: JsonObject, now: number): DeviceEvent<Ref>[] {
    this.#isWelcomeDue = false;
    if (this.#peer.hasSeen(id)) this.#peer.restart();
    const received = this.#peer.receive({ type: "message", id, fields: {} }, now);
    const answers = received.flatMap((event) =>
      event.type === "received" ? this.#peer.commit(event.epoch, event.id) : [event],
    );
    if (given === undefined) return answers;
    this.#identity = { ...this.#identity, dev_id: given };
    return [{ type: "connected", given }, ...answers];
  }
}

/** Empty, or with nothing but the name that is given to the device. */
function isWelcome(fields: JsonObject): boolean {
  return Object.keys(fields).every((name) => name === "dev_id");
}
