/** The edge node's side of messages: readings become the payload of a frame (PROTOCOLS 1.2, 1.3). */
import type { DataType, DataTypeTable } from "./data-types.ts";
import { END_MARK, type Layout, OPCODE1, type Opcode, TYPE3 } from "./opcodes.ts";
import { addressBytes, toBytes } from "./wire-values.ts";

/** A reading with its value as `decodeMessage` gives it, or as bytes. */
export interface ReadingToSend {
  readonly type: string;
  readonly value: unknown;
}

export interface ReadingsOptions {
  /** Append `[E]`; layout "type3" only. */
  readonly endMark?: boolean;
}

const MAX_COUNT = 255;
const MAX_LENGTH = 255;
const NAME = /^[\x20-\x7e]{3}$/;
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * One message: any number of readings of data types, or a single one of another kind (`message`, `request`, …).
 * Layout "auto" sends "type3". Throws RangeError naming the reading.
 */
export function encodeReadings(
  address: number,
  readings: readonly ReadingToSend[],
  layout: "auto" | "type3" | "opcode1",
  types: DataTypeTable,
  options: ReadingsOptions = {},
): Buffer {
  const rows = layout === "opcode1" ? OPCODE1 : TYPE3;
  const single = readings.length === 1 ? singleOpcode(rows, readings[0]!, types) : undefined;
  const opcode = single ?? rows.opcodes.find((row) => row.content === "data")!;
  const content = single ? encodeSingle(single, readings[0]!) : encodeData(rows, readings, types);
  const end = options.endMark && rows.endMark ? END_MARK : "";
  return Buffer.concat([addressBytes(address), latin1(opcode.code), content, latin1(end)]);
}

/** Data types come first: a user's row may have any name. */
function singleOpcode(layout: Layout, reading: ReadingToSend, types: DataTypeTable): Opcode | undefined {
  if (types.byName(reading.type)) return undefined;
  return layout.opcodes.find((row) => row.content !== "data" && row.type === reading.type);
}

function encodeSingle(opcode: Opcode, { type, value }: ReadingToSend): Buffer {
  if (opcode.content === "event" && value === true) return Buffer.alloc(0);
  if (opcode.content === "uuid" && typeof value === "string" && UUID.test(value)) {
    return Buffer.from(value.replaceAll("-", ""), "hex");
  }
  const bytes = toBytes(value, `reading "${type}"`);
  if (opcode.content === "uuid" && bytes.length !== 16) throw new RangeError(`reading "${type}" must be a uuid`);
  return opcode.content === "counted-text" ? Buffer.concat([lengthByte(type, bytes), bytes]) : bytes;
}

function encodeData(layout: Layout, readings: readonly ReadingToSend[], types: DataTypeTable): Buffer {
  if (readings.length > MAX_COUNT) throw new RangeError(`a message has ${MAX_COUNT} readings at most`);
  const encodeItem = layout.item === "name" ? encodeNamed : encodeNumbered;
  return Buffer.concat([Buffer.of(readings.length), ...readings.map((reading) => encodeItem(reading, types))]);
}

function encodeNamed({ type, value }: ReadingToSend, types: DataTypeTable): Buffer {
  if (!NAME.test(type)) throw new RangeError(`reading "${type}": a data type has a name of three ASCII characters`);
  const bytes = encodeValue(types.byName(type), type, value, types);
  return Buffer.concat([latin1(type), lengthByte(type, bytes), bytes]);
}

function encodeNumbered({ type, value }: ReadingToSend, types: DataTypeTable): Buffer {
  const row = types.byName(type);
  if (row?.id === undefined) throw new RangeError(`reading "${type}": no data type of this name has an id`);
  return Buffer.concat([Buffer.of(row.id), encodeValue(row, type, value, types)]);
}

function encodeValue(row: DataType | undefined, type: string, value: unknown, types: DataTypeTable): Buffer {
  return row ? types.encode(row, value) : toBytes(value, `reading "${type}"`);
}

function lengthByte(type: string, bytes: Buffer): Buffer {
  if (bytes.length > MAX_LENGTH)
    throw new RangeError(`reading "${type}" has ${MAX_LENGTH} bytes at most, got ${bytes.length}`);
  return Buffer.of(bytes.length);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
