/** What a mesh gateway answers to a request: bytes become values, or a named fault (PROTOCOLS 2.1, 2.2). */
import { latin1, textOf } from "./bytes.ts";

/**
 * `refused` the gateway said no, in its own words · `no-listener` it knows no listening connection of a client yet ·
 * `malformed` the answer is none · `timeout` none came · `lost` the connection failed · `closed` the client was closed · `busy` too
 * many requests wait already
 */
export type FaultCode = "refused" | "no-listener" | "malformed" | "timeout" | "lost" | "closed" | "busy";

export class MeshFault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = "MeshFault";
    this.code = code;
  }
}

export interface NodeValue {
  readonly address: number;
  readonly data: Uint8Array;
}

export interface NodeState {
  readonly address: number;
  readonly connected: boolean;
}

const OK = 0x53;
const FAILED = 0x46;
const NO_LISTENER = "[err]-listen_socket_disconnected";

/** The content behind the `S`. Throws MeshFault. */
export function readReply(reply: Uint8Array): Uint8Array {
  if (reply[0] === OK) return reply.subarray(1);
  if (reply[0] === FAILED) throw new MeshFault("refused", refusalOf(reply.subarray(1)));
  if (reply.length === 0) throw new MeshFault("malformed", "the gateway closed the connection without an answer");
  const text = textOf(reply);
  if (text.startsWith(NO_LISTENER)) throw new MeshFault("no-listener", text);
  throw new MeshFault("malformed", `this is no answer: ${JSON.stringify(text.slice(0, 80))}`);
}

/** A length byte stands before the text, but not before every one. */
function refusalOf(content: Uint8Array): string {
  return textOf(content[0] === content.length - 1 ? content.subarray(1) : content);
}

/** `isSingle` where one node was asked for. Throws MeshFault. */
export function readValues(content: Uint8Array, type: string | number, isSingle: boolean): NodeValue[] {
  return typeof type === "string" ? readNamed(content, type) : readNumbered(content, type, isSingle);
}

/**
 *     type 3 ASCII | length u8 | n u8 | n × (address u8 or u16be | data)
 *
 * How wide an address is follows from the length of the whole.
 */
function readNamed(content: Uint8Array, type: string): NodeValue[] {
  const [length, count] = [content[3], content[4]];
  if (length === undefined || count === undefined || latin1(content, 0, 3) !== type) return wrongAnswer(content);
  return readItems(content.subarray(5), length, count);
}

/**
 *     id u8 | 01 | address u16be | data            of one node
 *     id u8 | length u8 | n u8 | n × (address u16be | data)
 */
function readNumbered(content: Uint8Array, id: number, isSingle: boolean): NodeValue[] {
  const [given, length, count] = content;
  if (given !== id || length === undefined) return wrongAnswer(content);
  if (isSingle) return readItems(content.subarray(2), content.length - 4, length);
  return count === undefined ? wrongAnswer(content) : readItems(content.subarray(3), length, count);
}

function readItems(items: Uint8Array, length: number, count: number): NodeValue[] {
  const width = count === 0 ? length + 1 : items.length / count;
  if (items.length !== count * width || (width !== length + 1 && width !== length + 2)) return wrongAnswer(items);
  return Array.from({ length: count }, (_, index) => {
    const item = items.subarray(index * width, (index + 1) * width);
    const address = width === length + 1 ? item[0]! : item[0]! * 256 + item[1]!;
    return { address, data: item.slice(width - length) };
  });
}

function wrongAnswer(content: Uint8Array): never {
  throw new MeshFault("malformed", `the answer's lengths do not fit: ${Array.from(content.subarray(0, 40)).join(" ")}`);
}

/** `{"node_amount": 1, "node_addr_list": [5], "node_status_list": [1]}` */
export function readNodeStates(content: Uint8Array): NodeState[] {
  const { node_addr_list: addresses, node_status_list: states } = parse(content);
  if (!Array.isArray(addresses) || !Array.isArray(states)) return wrongAnswer(content);
  return addresses.map((address, index) => ({ address: Number(address), connected: states[index] === 1 }));
}

function parse(content: Uint8Array): Record<string, unknown> {
  try {
    return Object(JSON.parse(textOf(content))) as Record<string, unknown>;
  } catch {
    return wrongAnswer(content);
  }
}
