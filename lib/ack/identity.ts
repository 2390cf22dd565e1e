/** Who a peer of ack/0 says it is: a device by `dev_id`, a browser or a gateway by `client_id` (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";
import { isId } from "../store/ids.ts";

/** A browser is told by its User-Agent header, which classifies only and never authorises. */
export type ConnectionKind = "device" | "browser";

/** A gateway speaks for several devices, and names the device in each of its messages. */
export type PeerKind = "device" | "browser" | "gateway";

export interface Identity {
  readonly kind: PeerKind;
  /** Of a device `dev_id`, else `client_id`; null where one is to be given. */
  readonly id: string | null;
  /** What the first message says beside. */
  readonly fields: JsonObject;
}

interface Named {
  readonly name: { readonly kind: PeerKind; readonly id: string };
  readonly welcome: JsonObject;
}

const DIGITS = /^(?:0|[1-9]\d{0,14})$/;

/** Null where the message says nobody, or a name that is none. A token that nobody asked for goes no further. */
export function readIdentity(fields: JsonObject, kind: ConnectionKind): Identity | null {
  const { client_id: client, dev_id: device, token: _, ...rest } = fields;
  if (kind === "browser") return named("browser", client, device === undefined ? rest : { ...rest, dev_id: device });
  if (client !== undefined) return named("gateway", client, fieldsOfGateway(rest, device));
  return device === undefined ? null : named("device", device, rest);
}

/** A device's name as text, from the number or the text that stands on the wire; null where it is none. */
export function deviceName(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : value;
  return isId(text) ? text : null;
}

/** Back to the wire: what is written like a number was one. */
export function wireName(name: string): string | number {
  return DIGITS.test(name) ? Number(name) : name;
}

interface Greeted {
  /** What a WebSocket was greeted with. */
  readonly clientId: string | null;
  readonly user: string;
}

/** A device without an id is given one, and told in the message that welcomes it; a WebSocket has that of its greeting. */
export function nameFor({ kind, id }: Identity, { clientId, user }: Greeted, mint: () => string): Named {
  const given = kind === "device" ? null : (id ?? clientId);
  if (given !== null) return { name: { kind, id: owned(given, user) }, welcome: {} };
  if (id !== null) return { name: { kind, id }, welcome: {} };
  const minted = mint();
  return { name: { kind, id: minted }, welcome: { dev_id: wireName(minted) } };
}

/** What waits for a user's browser is for no other user, whatever client_id that one says. */
function owned(id: string, user: string): string {
  return user === "" ? id : `${id}@${user}`;
}

function fieldsOfGateway(rest: JsonObject, device: unknown): JsonObject {
  return device === undefined ? rest : { ...rest, dev_id: device };
}

function named(kind: PeerKind, id: unknown, fields: JsonObject): Identity | null {
  if (id === undefined || id === "" || id === null) return { kind, id: null, fields };
  const name = deviceName(id);
  return name === null ? null : { kind, id: name, fields };
}
