/** The server of ack/0: connections that say who they are, and peers that outlive their connections (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";
import { type ConnectionKind, nameFor, readIdentity } from "./identity.ts";
import { type Connection, type Known, KnownPeers } from "./known.ts";
import { type Received, readMessage } from "./message.ts";
import type { Numbered, Outgoing, Withdrawn } from "./outbox.ts";
import type { Peer, PeerEvent, PeerState } from "./peer.ts";
import {
  type Address,
  isTurnedAway,
  type PeerName,
  type ServerEvent,
  type ServerOptions,
  takenOver,
  toldOf,
} from "./server-events.ts";

export type { Address, PeerName, ServerEvent, ServerOptions } from "./server-events.ts";

/** How often deadlines are looked at. */
const SWEEP_MS = 1000;

export class AckServer<Ref> {
  readonly #options: ServerOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #known: KnownPeers<Ref>;
  #lastClientId: number;
  #sweepAt = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#known = new KnownPeers(options);
    this.#lastClientId = options.lastClientId;
  }

  get connected(): number {
    let connected = 0;
    for (const { peer } of this.#known) if (peer.isAttached) connected++;
    return connected;
  }

  /** A peer as it was before a restart. */
  restore(name: PeerName, state: PeerState<Ref>, now: number): void {
    this.#known.learn(name, now, state);
  }

  /** For keeping; undefined where the peer is not known. */
  stateOf(name: PeerName): PeerState<Ref> | undefined {
    return this.#known.get(name)?.peer.state();
  }

  isConnected(name: PeerName): boolean {
    return this.#known.get(name)?.peer.isAttached ?? false;
  }

  /** Whether the first message of a device, or of a gateway, is still to come. */
  awaitsDevice(connection: string): boolean {
    const one = this.#connections.get(connection);
    return one?.kind === "device" && one.known === null;
  }

  /** The device that the connection's first message names; null where it names none, was not the first, or there is no room. */
  deviceIn(connection: string, value: JsonObject): string | null {
    const one = this.#connections.get(connection);
    const identity = one && !one.known ? readIdentity(value, one.kind) : null;
    if (identity?.kind !== "device" || identity.id === null) return null;
    return this.#known.hasRoomFor({ kind: "device", id: identity.id }) ? identity.id : null;
  }

  hasOpen(connection: string): boolean {
    return this.#connections.has(connection);
  }

  /** `greets`: a WebSocket is told an id that it may take. */
  open(connection: string, kind: ConnectionKind, address: Address, greets: boolean): ServerEvent<Ref>[] {
    const clientId = greets ? String(++this.#lastClientId) : null;
    this.#connections.set(connection, { kind, address, clientId, user: "", known: null });
    if (clientId === null) return [];
    return [{ type: "write", connection, message: { unique_client_id: this.#lastClientId } }];
  }

  /** `value`: what stood on the wire, read by `readJsonObject`. `user`: whose token came with it, "" for none. */
  receive(connection: string, value: JsonObject, now: number, user = ""): ServerEvent<Ref>[] {
    const one = this.#connections.get(connection);
    if (!one) return [];
    const received = readMessage(value);
    const known = one.known as Known<Ref> | null;
    // Another connection has taken the peer over, and this one is being closed.
    if (known && known.connection !== connection) return [];
    if (known) return this.#take(known, received, now);
    one.user = user;
    return this.#identify(connection, one, received, now);
  }

  /** The connection is gone; nothing happens where another has taken the peer over. */
  close(connection: string, now: number): ServerEvent<Ref>[] {
    const known = this.#connections.get(connection)?.known as Known<Ref> | null | undefined;
    this.#connections.delete(connection);
    if (!known || known.connection !== connection) return [];
    known.peer.detach();
    known.connection = null;
    known.leftAt = now;
    return [{ type: "disconnected", connection, ...known.name }];
  }

  /** A peer that was never there gets its messages when it comes. */
  send(name: PeerName, message: Outgoing<Ref>, now: number): ServerEvent<Ref>[] {
    return this.#toPeer(name, message, now, (peer) => peer.send(message, now));
  }

  /** One that was sent before a restart, with the id that it had. */
  sendAgain(name: PeerName, message: Numbered<Ref>, now: number): ServerEvent<Ref>[] {
    return this.#toPeer(name, message, now, (peer) => peer.sendAgain(message));
  }

  /** Takes out what a peer has not acknowledged and is kept elsewhere. */
  withdraw(name: PeerName, isElsewhere: (ref: Ref) => boolean): Withdrawn<Ref> {
    return this.#known.get(name)?.peer.withdraw(isElsewhere) ?? { sent: [], waiting: [] };
  }

  /** What was received is safe. */
  commit(name: PeerName, epoch: number, n: number): ServerEvent<Ref>[] {
    const known = this.#known.get(name);
    return known ? this.#told(known, known.peer.commit(epoch, n)) : [];
  }

  /** What was received could not be made safe. */
  giveUp(name: PeerName, epoch: number, n: number, now: number): ServerEvent<Ref>[] {
    const known = this.#known.get(name);
    known?.peer.giveUp(epoch, n);
    return known?.connection ? this.turnAway(known.connection, "unsafe", now) : [];
  }

  /** The peer has to begin anew, and to send again what was not taken: nothing behind it may be taken before it. */
  turnAway(connection: string, reason: "unsafe" | "busy", now: number): ServerEvent<Ref>[] {
    return [...this.close(connection, now), { type: "close", connection, reason }];
  }

  handleTimer(now: number): ServerEvent<Ref>[] {
    if (now < this.#sweepAt) return [];
    this.#sweepAt = now + SWEEP_MS;
    return [...this.#known].flatMap((known) => [
      ...this.#told(known, known.peer.sweep(now)),
      ...this.#forget(known, now),
    ]);
  }

  /** With thousands of peers one look at all of them a second costs less than keeping their deadlines in order. */
  nextDeadline(): number | null {
    return this.#known.size === 0 ? null : this.#sweepAt;
  }

  #take(known: Known<Ref>, received: Received, now: number): ServerEvent<Ref>[] {
    const { connection } = known;
    const events = this.#told(known, known.peer.receive(received, now));
    return isTurnedAway(events) ? [...events, ...this.turnAway(connection!, "busy", now)] : events;
  }

  #identify(connection: string, one: Connection, received: Received, now: number): ServerEvent<Ref>[] {
    const identity = received.type === "message" ? readIdentity(received.fields, one.kind) : null;
    if (!identity || received.type !== "message") return [{ type: "dropped", reason: "unidentified", peer: null }];
    const { name, welcome } = nameFor(identity, one, this.#options.mintDeviceId);
    if (!this.#known.hasRoomFor(name)) return [{ type: "close", connection, reason: "peers-full" }];
    const known = this.#known.meet(name, now);
    const takenFrom = known.connection;
    known.connection = connection;
    one.known = known as Known<unknown>;
    const attached = known.peer.attach(received.id, now, { fields: identity.fields, welcome });
    return [
      ...takenOver<Ref>(name, takenFrom, connection),
      { type: "identified", connection, address: one.address, ...name },
      ...this.#told(known, attached),
    ];
  }

  #toPeer(
    name: PeerName,
    { ref }: Outgoing<Ref>,
    now: number,
    send: (peer: Peer<Ref>) => PeerEvent<Ref>[],
  ): ServerEvent<Ref>[] {
    if (!this.#known.hasRoomFor(name)) return [{ type: "dropped", reason: "peers-full", peer: name, ref }];
    const known = this.#known.meet(name, now);
    return this.#told(known, send(known.peer));
  }

  #forget(known: Known<Ref>, now: number): ServerEvent<Ref>[] {
    const { name, peer, leftAt } = known;
    const isWanted = peer.isAttached || peer.held > 0 || now < leftAt + this.#options.forgetAfterMs;
    if (isWanted) return [];
    this.#known.forget(known);
    return [{ type: "forgotten", ...name }];
  }

  #told({ name, connection }: Known<Ref>, events: readonly PeerEvent<Ref>[]): ServerEvent<Ref>[] {
    return events.map((event) => toldOf(event, name, connection!));
  }
}
