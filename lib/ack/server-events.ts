/** What the server of ack/0 is told to keep to, and what it says happened. */
import type { JsonObject } from "../json/safe-json.ts";
import type { PeerKind } from "./identity.ts";
import type { OutboxOptions } from "./outbox.ts";
import type { DropReason, PeerEvent } from "./peer.ts";

export type Address = readonly [host: string, port: number];

export interface PeerName {
  readonly kind: PeerKind;
  readonly id: string;
}

/** `unsafe`: the store did not take what was received; `busy`: there is no room for it. The peer sends it again. */
type CloseReason = "taken-over" | "peers-full" | "unsafe" | "busy";

export type ServerEvent<Ref> =
  | { readonly type: "write"; readonly connection: string; readonly message: JsonObject }
  | { readonly type: "close"; readonly connection: string; readonly reason: CloseReason }
  | ({ readonly type: "identified"; readonly connection: string; readonly address: Address } & PeerName)
  /** It was known at another connection, which is closed. */
  | ({ readonly type: "remapped"; readonly connection: string; readonly from: string } & PeerName)
  | ({ readonly type: "disconnected"; readonly connection: string } & PeerName)
  /** It was away for long, and nothing waits for it. */
  | ({ readonly type: "forgotten" } & PeerName)
  /** To be committed, then confirmed with `commit`. */
  | ({
      readonly type: "received";
      readonly connection: string;
      readonly epoch: number;
      readonly n: number;
      readonly fields: JsonObject;
    } & PeerName)
  | ({ readonly type: "acknowledged"; readonly ref: Ref } & PeerName)
  | {
      readonly type: "dropped";
      readonly reason: DropReason | "unidentified" | "peers-full";
      readonly peer: PeerName | null;
      readonly ref?: Ref;
    };

export interface ServerOptions extends OutboxOptions {
  /** Known at a time, those that are away included. */
  readonly maxPeers: number;
  /** A peer that has been away for so long is forgotten, where nothing waits for it. */
  readonly forgetAfterMs: number;
  /** The last id that was given to a browser or gateway. */
  readonly lastClientId: number;
  /** A name for a device that has none. */
  readonly mintDeviceId: () => string;
}

export function keyOf({ kind, id }: PeerName): string {
  return `${kind} ${id}`;
}

/** It came by another connection, while the earlier one may still be open. */
export function takenOver<Ref>(name: PeerName, from: string | null, connection: string): ServerEvent<Ref>[] {
  if (from === null) return [];
  return [
    { type: "remapped", connection, from, ...name },
    { type: "close", connection: from, reason: "taken-over" },
  ];
}

/** What happened with a peer, as the server says it. */
export function toldOf<Ref>(event: PeerEvent<Ref>, name: PeerName, connection: string): ServerEvent<Ref> {
  if (event.type === "write") return { type: "write", connection, message: event.message };
  if (event.type === "dropped") return { ...event, peer: name };
  if (event.type === "acknowledged") return { ...event, ...name };
  const { epoch, id: n, fields } = event;
  return { type: "received", connection, epoch, n, fields, ...name };
}

/** There is no room for what was received. */
export function isTurnedAway([first]: readonly ServerEvent<unknown>[]): boolean {
  return first?.type === "dropped" && first.reason === "inbox-full";
}
