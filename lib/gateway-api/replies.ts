/** What clients are answered, byte for byte (PROTOCOLS 2.1, 2.2). */
import { FAULT_TEXTS, type FaultReason } from "./faults.ts";
import type { GetRequest } from "./get-requests.ts";

/** What the store has of one node. */
export interface NodeValue {
  readonly address: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** As the node sent it, 255 at most. */
  readonly bytes: Uint8Array;
}

export interface KnownNode {
  readonly address: number;
  readonly isConnected: boolean;
}

export interface Reply {
  readonly bytes: Buffer;
  /** Bytes that are no text even where the request was. */
  readonly isBinary: boolean;
  /** Nodes that the reply's form has no room for. */
  readonly leftOut: number;
}

export const ACKNOWLEDGED = textReply("[ack]\0");
export const NO_LISTENER = textReply("[err]-listen_socket_disconnected");
export const SUCCESS = textReply("S");

const MAX_BYTE = 0xff;

/**
 *     "F"  length u8  text      to requests in brackets
 *     "F"  text                 to all others
 *
 * Each is made once: they are frequent where clients poll.
 */
const FAILURES = Object.fromEntries(
  Object.entries(FAULT_TEXTS).map(([reason, text]) => [
    reason,
    { counted: counted(text), plain: textReply(`F${text}`) },
  ]),
) as Record<FaultReason, { readonly counted: Reply; readonly plain: Reply }>;

export function failure(reason: FaultReason, isBracketed: boolean): Reply {
  return FAILURES[reason][isBracketed ? "counted" : "plain"];
}

/** In the words of whoever failed. */
export function failureText(text: string, isBracketed: boolean): Reply {
  return isBracketed ? counted(text) : textReply(`F${text}`);
}

function counted(text: string): Reply {
  const bytes = Buffer.from(text).subarray(0, MAX_BYTE);
  return { bytes: Buffer.concat([Buffer.of(0x46, bytes.length), bytes]), isBinary: false, leftOut: 0 };
}

function textReply(text: string): Reply {
  return { bytes: Buffer.from(text), isBinary: false, leftOut: 0 };
}

/** How many nodes are connected, in one byte. */
export function countReply(nodes: readonly KnownNode[]): Reply {
  const count = nodes.filter(({ isConnected }) => isConnected).length;
  return { bytes: Buffer.of(0x53, Math.min(count, MAX_BYTE)), isBinary: true, leftOut: Math.max(0, count - MAX_BYTE) };
}

/** With the blanks that clients in the field are used to. */
export function nodesReply(nodes: readonly KnownNode[]): Reply {
  const addresses = nodes.map(({ address }) => address).join(", ");
  const statuses = nodes.map(({ isConnected }) => (isConnected ? 1 : 0)).join(", ");
  return textReply(
    `S{"node_amount": ${nodes.length}, "node_addr_list": [${addresses}], "node_status_list": [${statuses}]}`,
  );
}

/** Width of an address in a reply by name. */
export type AddressBytes = 1 | 2;

/** What the store has, as the request wants it; `isKnown`: whether there is a node of the address at all. */
export function getReply(
  request: GetRequest,
  values: readonly NodeValue[],
  isKnown: boolean,
  width: AddressBytes,
): Reply {
  if (values.length === 0) return failure(isKnown || request.address === null ? "no-type" : "no-node", true);
  const addressBytes = request.form === "name" ? width : 2;
  const { length } = values.reduce((newest, value) => (value.time > newest.time ? value : newest)).bytes;
  const told = values
    .filter(({ address, bytes }) => bytes.length === length && (addressBytes === 2 || address <= MAX_BYTE))
    .slice(0, MAX_BYTE);
  if (told.length === 0) return failure("wide-address", true);
  return valuesReply(request, told, addressBytes, values.length - told.length);
}

/**
 *     name  "S"  data_type 3  length u8  n u8  n × ( addr u8 or u16be | data )
 *     id    "S"  data_id u8   0x01 | addr u16be | data                        one node
 *     id    "S"  data_id u8   length u8  n u8  n × ( addr u16be | data )      all nodes
 *     text  S|data_type|length|n|addr|data in hex|addr|…
 *
 * The values are of one length.
 */
function valuesReply(
  request: GetRequest,
  values: readonly NodeValue[],
  addressBytes: AddressBytes,
  leftOut: number,
): Reply {
  const { length } = values[0]!.bytes;
  if (request.form === "text") return { ...textReply(textOf(request, values, length)), leftOut };
  const head = headOf(request, values.length, length);
  const bytes = Buffer.allocUnsafe(head.length + values.length * (addressBytes + length));
  let at = bytes.write(head, "latin1");
  for (const value of values) {
    at = bytes.writeUIntBE(value.address, at, addressBytes);
    bytes.set(value.bytes, at);
    at += length;
  }
  return { bytes, isBinary: true, leftOut };
}

/** A character for each byte. */
function headOf({ form, address, name, id }: GetRequest, count: number, length: number): string {
  if (form === "name") return `S${name}${String.fromCharCode(length, count)}`;
  return `S${address === null ? String.fromCharCode(id!, length, count) : String.fromCharCode(id!, count)}`;
}

function textOf({ name }: GetRequest, values: readonly NodeValue[], length: number): string {
  const items = values.flatMap(({ address, bytes }) => [String(address), Buffer.from(bytes).toString("hex")]);
  return ["S", name, String(length), String(values.length), ...items].join("|");
}
