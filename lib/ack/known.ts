/** What the server of ack/0 remembers of a connection, and of a peer. */
import type { ConnectionKind } from "./identity.ts";
import type { Peer } from "./peer.ts";
import type { Address, PeerName } from "./server-events.ts";

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
