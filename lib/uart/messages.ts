/** Messages of edge nodes: the payload of a frame becomes readings (PROTOCOLS 1.2, 1.3). */
import type { DataTypeTable } from "./data-types.ts";
import { ADDRESS_BYTES, END_MARK, type Layout, OPCODE1, type Opcode, TYPE3 } from "./opcodes.ts";

export { encodeReadings, type ReadingsOptions, type ReadingToSend } from "./readings.ts";

export interface MeshReading {
  /** Of the node that sent it, 0..65535. */
  readonly address: number;
  readonly type: string;
  readonly value: unknown;
  /** The value's bytes as received: a view into the payload. */
  readonly raw: Buffer;
}

export type MessageLayout = "auto" | "type3" | "opcode1";

interface DroppedMessage {
  readonly dropped: "malformed" | "unknown-opcode" | "unknown-type";
  /** Of the byte in the payload where reading it ended. */
  readonly offset: number;
  readonly detail: string;
}

type MessageResult = { readonly readings: MeshReading[] } | DroppedMessage;

const LEFT_BRACKET = 0x5b;
const LESS_THAN = 0x3c;
const NAME_BYTES = 3;
const UUID_BYTES = 16;

const BY_CODE = new Map<Layout, ReadonlyMap<string, Opcode>>(
  [TYPE3, OPCODE1].map((layout) => [layout, new Map(layout.opcodes.map((opcode) => [opcode.code, opcode]))]),
);

/**
 *     node_addr u16be | code, 3 characters or 1 byte | content
 *
 * Never throws: a peer's fault is a result.
 */
export function decodeMessage(payload: Buffer, layout: MessageLayout, types: DataTypeTable): MessageResult {
  const rows = chooseLayout(payload, layout);
  const from = ADDRESS_BYTES + rows.codeBytes;
  if (payload.length < from) return malformed(payload.length, `a message has ${from} bytes or more`);
  const code = payload.toString("latin1", ADDRESS_BYTES, from);
  const opcode = BY_CODE.get(rows)!.get(code);
  if (!opcode) return { dropped: rows.unknown, offset: ADDRESS_BYTES, detail: `no message begins with ${quote(code)}` };
  if (opcode.content === "data") return decodeData(payload, from, rows, types);
  return decodeSingle(payload, from, rows, opcode);
}

function chooseLayout(payload: Buffer, layout: MessageLayout): Layout {
  if (layout === "type3") return TYPE3;
  if (layout === "opcode1") return OPCODE1;
  const third = payload[ADDRESS_BYTES];
  return third === LEFT_BRACKET || third === LESS_THAN ? TYPE3 : OPCODE1;
}

function malformed(offset: number, detail: string): DroppedMessage {
  return { dropped: "malformed", offset, detail };
}

function quote(code: string): string {
  return /^[\x20-\x7e]+$/.test(code) ? `"${code}"` : `0x${Buffer.from(code, "latin1").toString("hex")}`;
}

/** A count, then as many readings. */
function decodeData(payload: Buffer, from: number, layout: Layout, types: DataTypeTable): MessageResult {
  const count = payload[from];
  if (count === undefined) return malformed(from, "the number of readings is missing");
  const address = payload.readUInt16BE(0);
  const decodeItem = layout.item === "name" ? decodeNamed : decodeNumbered;
  const readings: MeshReading[] = [];
  let at = from + 1;
  for (let index = 0; index < count; index++) {
    const item = decodeItem(payload, at, types);
    if ("dropped" in item) return item;
    readings.push({ address, type: item.type, value: item.value, raw: item.raw });
    at = item.end;
  }
  return isEnd(payload, at, layout) ? { readings } : malformed(at, `bytes after the last of ${count} readings`);
}

interface Item {
  readonly type: string;
  readonly value: unknown;
  readonly raw: Buffer;
  readonly end: number;
}

/**
 *     data_type 3 ASCII | length u8 | length bytes
 */
function decodeNamed(payload: Buffer, at: number, types: DataTypeTable): Item | DroppedMessage {
  const lengthAt = at + NAME_BYTES;
  const length = payload[lengthAt];
  if (length === undefined) return malformed(payload.length, "a reading is cut before its length");
  const name = payload.toString("latin1", at, lengthAt);
  if (!isPrintable(payload, at, lengthAt)) return malformed(at, `${quote(name)} is no name of a data type`);
  const raw = payload.subarray(lengthAt + 1, lengthAt + 1 + length);
  if (raw.length < length) return malformed(lengthAt, `"${name}" announces ${length} bytes, ${raw.length} follow`);
  const type = types.byName(name);
  if (type && type.length !== length) return malformed(lengthAt, `"${name}" has ${type.length} bytes, not ${length}`);
  const value = type && type.fields.length > 0 ? types.decode(type, raw) : raw;
  return { type: name, value, raw, end: lengthAt + 1 + length };
}

function isPrintable(payload: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (payload[at]! < 0x20 || payload[at]! > 0x7e) return false;
  }
  return true;
}

/**
 *     data_id u8 | as many bytes as the table of data types says
 */
function decodeNumbered(payload: Buffer, at: number, types: DataTypeTable): Item | DroppedMessage {
  const id = payload[at];
  if (id === undefined) return malformed(at, "a reading is missing");
  const type = types.byId(id);
  if (!type) return { dropped: "unknown-type", offset: at, detail: `no data type has the id ${id}` };
  const end = at + 1 + type.length;
  const raw = payload.subarray(at + 1, end);
  if (end > payload.length) return malformed(at, `"${type.name}" has ${type.length} bytes, ${raw.length} follow`);
  return { type: type.name, value: type.fields.length > 0 ? types.decode(type, raw) : raw, raw, end };
}

function isEnd(payload: Buffer, at: number, layout: Layout): boolean {
  return at === payload.length || (layout.endMark && payload.toString("latin1", at) === END_MARK);
}

/** A message that is one reading. */
function decodeSingle(payload: Buffer, from: number, layout: Layout, opcode: Opcode): MessageResult {
  const raw = opcode.content === "counted-text" ? counted(payload, from, layout) : uncounted(payload, from, layout);
  if ("dropped" in raw) return raw;
  if (opcode.content === "uuid" && raw.length !== UUID_BYTES) {
    return malformed(from, `a uuid has ${UUID_BYTES} bytes, not ${raw.length}`);
  }
  const value = interpret(opcode, raw);
  return { readings: [{ address: payload.readUInt16BE(0), type: opcode.type, value, raw }] };
}

function interpret({ content }: Opcode, raw: Buffer): unknown {
  if (content === "bytes") return raw;
  if (content === "event") return raw.length === 0 ? true : raw;
  return content === "uuid" ? formatUuid(raw) : textOrBytes(raw);
}

/**
 *     size u8 | message
 */
function counted(payload: Buffer, from: number, layout: Layout): Buffer | DroppedMessage {
  const size = payload[from];
  if (size === undefined) return malformed(from, "the size of the message is missing");
  const raw = payload.subarray(from + 1, from + 1 + size);
  if (raw.length < size) return malformed(from, `${size} bytes announced, ${raw.length} follow`);
  const end = from + 1 + size;
  return isEnd(payload, end, layout) ? raw : malformed(end, "bytes after the message");
}

function uncounted(payload: Buffer, from: number, layout: Layout): Buffer {
  return payload.subarray(from, layout.endMark ? endOf(payload, from) : payload.length);
}

function endOf(payload: Buffer, from: number): number {
  const to = payload.length - END_MARK.length;
  return to >= from && payload.toString("latin1", to) === END_MARK ? to : payload.length;
}

/** Text where the bytes are valid UTF-8: invalid ones do not come back from a decoder. */
function textOrBytes(raw: Buffer): string | Buffer {
  const text = raw.toString();
  return Buffer.from(text).equals(raw) ? text : raw;
}

function formatUuid(raw: Buffer): string {
  return raw.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
