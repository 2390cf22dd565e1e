/**
 * The eight-byte headers of the udp handshakes, read tolerantly and written padded (PROTOCOLS 3).
 *
 *     0        8
 *     | header |              HELLO␠␠␠  RUNNING␠  SYNCH_1␠
 *     | header | , | port |   CONFIRM␠,55058      (HIYA,55058 is not padded)
 */

export const HEADER_NAMES = ["HELLO", "HIYA", "CONFIRM", "RUNNING", "SYNCH_1", "SYNCH_2", "SYNCH_3"] as const;

export type HeaderName = (typeof HEADER_NAMES)[number];

export interface Header {
  readonly name: HeaderName;
  /** Null where none follows, or none that can be one. */
  readonly port: number | null;
}

const LENGTH = 8;
/** A handshake is a header and a port; nothing longer is one. */
const MAX_HANDSHAKE_BYTES = 64;
const MAX_PORT = 65_535;
const SPACE = 0x20;
const BY_NAME = new Map<string, HeaderName>(HEADER_NAMES.map((name) => [name, name]));
/** White space and the zero bytes that end a text of C. */
const PADDING = /^[\s\0]+|[\s\0]+$/g;
const PORT = /^[\s\0,]*(\d{1,5})[\s\0]*$/;
/** First bytes of any header: what begins otherwise needs no look. */
const FIRST = new Set(HEADER_NAMES.map((name) => name.charCodeAt(0)));

/** Null where the datagram is none of them. */
export function decodeHeader(datagram: Uint8Array): Header | null {
  if (datagram.length > MAX_HANDSHAKE_BYTES || !beginsLikeOne(datagram)) return null;
  const text = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length).toString("latin1");
  const comma = text.indexOf(",");
  return headerBefore(text, LENGTH) ?? (comma < 0 ? null : headerBefore(text, comma));
}

function beginsLikeOne(datagram: Uint8Array): boolean {
  const first = datagram[0]!;
  return FIRST.has(first) || first <= SPACE;
}

function headerBefore(text: string, end: number): Header | null {
  const name = BY_NAME.get(text.slice(0, end).replace(PADDING, ""));
  return name === undefined ? null : { name, port: portIn(text.slice(end)) };
}

function portIn(rest: string): number | null {
  const port = Number(PORT.exec(rest)?.[1] ?? 0);
  return port >= 1 && port <= MAX_PORT ? port : null;
}

export function encodeHeader(name: HeaderName): Buffer {
  return Buffer.from(name.padEnd(LENGTH), "latin1");
}

/** `HIYA,55058` */
export function encodeHiya(port: number): Buffer {
  return Buffer.from(`HIYA,${port}`, "latin1");
}

/** `CONFIRM␠,55058` */
export function encodeConfirm(port: number): Buffer {
  return Buffer.from(`${"CONFIRM".padEnd(LENGTH)},${port}`, "latin1");
}
