/** What the server of ack/0 remembers of a connection, and of a peer. */
import type { ConnectionKind } from "./identity.ts";
import { Peer, type PeerState } from "./peer.ts";
import { type Address, keyOf, type PeerName, type ServerOptions } from "./server-events.ts";

/** One that may have said who it is. */
export interface Connection {
  readonly kind: ConnectionKind;
  readonly address: Address;
  /** What a WebSocket was greeted with. */
  readonly clientId: string | null;
  /** Whose token came with its first message, "" for none. */
  user: string;
  known: Known<unknown> | null;
}

/** A peer that has been met. */
export interface Known<Ref> {
  readonly name: PeerName;
  readonly peer: Peer<Ref>;
  connection: string | null;
  /** When it was last there. */
  leftAt: number;
}

/** Those that are there, and those that may come back. */
export class KnownPeers<Ref> {
  readonly #options: ServerOptions;
  readonly #peers = new Map<string, Known<Ref>>();
  /** Above all of those that were forgotten: what they say when they are back is no repetition of what they said. */
  #epoch = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#peers.size;
  }

  [Symbol.iterator](): Iterator<Known<Ref>> {
    return this.#peers.values();
  }

  get(name: PeerName): Known<Ref> | undefined {
    return this.#peers.get(keyOf(name));
  }

  hasRoomFor(name: PeerName): boolean {
    return this.#peers.size < this.#options.maxPeers || this.#peers.has(keyOf(name));
  }

  meet(name: PeerName, now: number): Known<Ref> {
    return this.get(name) ?? this.learn(name, now);
  }

  learn(name: PeerName, now: number, state?: PeerState<Ref>): Known<Ref> {
    const known = { name, peer: new Peer(this.#options, state, this.#epoch), connection: null, leftAt: now };
    this.#peers.set(keyOf(name), known);
    return known;
  }

  forget({ name, peer }: Known<Ref>): void {
    this.#epoch = Math.max(this.#epoch, peer.epoch + 1);
    this.#peers.delete(keyOf(name));
  }
}
