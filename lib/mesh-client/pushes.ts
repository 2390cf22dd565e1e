/** What a mesh gateway pushes to a listening connection (PROTOCOLS 2, 1.2, 1.3). */
import { type Layout, OPCODE1, type Opcode, TYPE3 } from "../uart/opcodes.ts";
import { latin1, textOf } from "./bytes.ts";

export interface Push {
  /** `request`, or as the readings of that message are called: `echo`, `ack`, `message`, …; else `unknown`. */
  readonly type: string;
  /** As it stood on the wire: `[REQ]`, three characters, or one. */
  readonly opcode: string;
  /** Of the node that it came from. */
  readonly address: number;
  readonly payload: Uint8Array;
  /** The payload as text. */
  readonly text: string;
}

const REQUEST = "[REQ]";
const REQUEST_BYTES = REQUEST.length + 2;

/**
 * The messages of one chunk. A push has no length: the gateway writes each by itself, but TCP may join two. Where
 * `[REQ]` begins the next one begins; other messages that TCP joined cannot be told apart, over WebSocket they can.
 */
export function* splitPushes(chunk: Uint8Array): Iterable<Uint8Array> {
  let from = 0;
  let at = isRequest(chunk, 0) ? REQUEST_BYTES : 1;
  while (at < chunk.length) {
    if (isRequest(chunk, at)) {
      yield chunk.subarray(from, at);
      from = at;
      at += REQUEST_BYTES;
    } else at++;
  }
  if (from < chunk.length) yield chunk.subarray(from);
}

function isRequest(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x5b && latin1(bytes, at, at + REQUEST.length) === REQUEST;
}

/**
 *     [REQ] | address u16le | payload          a node's request
 *     address u16be | code | content           any other message, as on the serial line
 *
 * Null where it is too short to be either.
 */
export function readPush(bytes: Uint8Array): Push | null {
  if (isRequest(bytes, 0)) {
    if (bytes.length < REQUEST_BYTES) return null;
    return push("request", REQUEST, bytes[5]! + bytes[6]! * 256, bytes.slice(REQUEST_BYTES));
  }
  const layout = layoutOf(bytes);
  const from = 2 + layout.codeBytes;
  if (bytes.length < from) return null;
  const code = latin1(bytes, 2, from);
  const opcode = layout.opcodes.find((row) => row.code === code);
  return push(opcode?.type ?? "unknown", code, bytes[0]! * 256 + bytes[1]!, contentOf(bytes.slice(from), opcode));
}

function layoutOf(bytes: Uint8Array): Layout {
  return bytes[2] === 0x5b || bytes[2] === 0x3c ? TYPE3 : OPCODE1;
}

function contentOf(content: Uint8Array, opcode: Opcode | undefined): Uint8Array {
  return opcode?.content === "counted-text" ? content.subarray(1, 1 + (content[0] ?? 0)) : content;
}

function push(type: string, opcode: string, address: number, payload: Uint8Array): Push {
  return { type, opcode, address, payload, text: textOf(payload) };
}

/** An opcode is a number of one byte, or the characters that stand on the wire; a type is a name. */
export function fitsPush({ type, opcode }: Push, wanted: string | number): boolean {
  if (typeof wanted === "number") return opcode.length === 1 && opcode.charCodeAt(0) === wanted;
  return wanted === "*" || wanted === type || wanted === opcode;
}
