/** The table of data types: how the bytes of a reading become named numbers, and back (PROTOCOLS 1.4). */
import { FIELD_TYPES, type FieldType } from "./field-types.ts";
import { show } from "./wire-values.ts";

export type { FieldType } from "./field-types.ts";

/** Fields follow one another without gaps; number = wire × scale + offset. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** 1 where not given. */
  readonly scale?: number;
  /** 0 where not given. */
  readonly offset?: number;
  /** For display only. */
  readonly unit?: string;
}

export interface DataType {
  /** Three characters, as layout "type3" writes them. */
  readonly name: string;
  /** The byte that stands for it in layout "opcode1". */
  readonly id?: number;
  /** Bytes of one value; those after the last field are not looked at, and sent as 0. */
  readonly length: number;
  /** None: the value stays bytes. */
  readonly fields: readonly Field[];
}

/** The scale is ours: the description of the format gives none. */
export const PREDEFINED: readonly DataType[] = [
  {
    name: "GPS",
    id: 1,
    length: 6,
    fields: [
      { name: "longitude", type: "i24le", scale: 1e-4, unit: "°" },
      { name: "latitude", type: "i24le", scale: 1e-4, unit: "°" },
    ],
  },
];

const NAME = /^[\x21-\x7e][\x20-\x7e]{2}$/;
const MAX_LENGTH = 255;

export class DataTypeTable {
  readonly #byName = new Map<string, DataType>();
  readonly #byId = new Map<number, DataType>();

  /** A row with the name of a predefined type replaces it. Throws RangeError naming the row and field. */
  constructor(types: readonly DataType[] = []) {
    const names = new Set<string>();
    for (const type of types) {
      checkType(type);
      if (names.has(type.name)) throw new RangeError(`data type "${type.name}": there are two rows of this name`);
      names.add(type.name);
    }
    for (const type of PREDEFINED) if (!names.has(type.name)) this.#add(type);
    for (const type of types) this.#add(type);
  }

  #add(type: DataType): void {
    this.#byName.set(type.name, type);
    if (type.id === undefined) return;
    const other = this.#byId.get(type.id);
    if (other) throw new RangeError(`data type "${type.name}": id ${type.id} is already that of "${other.name}"`);
    this.#byId.set(type.id, type);
  }

  byName(name: string): DataType | undefined {
    return this.#byName.get(name);
  }

  byId(id: number): DataType | undefined {
    return this.#byId.get(id);
  }

  decode(type: DataType, bytes: Uint8Array): Record<string, number> {
    if (bytes.length !== type.length) throw wrongLength(type, bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const value: Record<string, number> = {};
    let at = 0;
    for (const field of type.fields) {
      const wire = FIELD_TYPES[field.type];
      value[field.name] = fromWire(field, wire.read(view, at));
      at += wire.bytes;
    }
    return value;
  }

  /** Takes an object with every field, or the value's bytes as they are. */
  encode(type: DataType, value: unknown): Buffer {
    if (value instanceof Uint8Array) {
      if (value.length !== type.length) throw wrongLength(type, value);
      return Buffer.from(value);
    }
    const bytes = Buffer.alloc(type.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (const field of type.fields) {
      const wire = FIELD_TYPES[field.type];
      wire.write(view, at, toWire(type, field, numberOf(type, field, value)));
      at += wire.bytes;
    }
    return bytes;
  }
}

function wrongLength(type: DataType, bytes: Uint8Array): RangeError {
  return new RangeError(`data type "${type.name}" has ${type.length} bytes, got ${bytes.length}`);
}

/** Dividing by 10000 is exact where multiplying by 0.0001 is not: 123.4567, not 123.45670000000001. */
function fromWire({ scale = 1, offset = 0 }: Field, wire: number): number {
  const divisor = Math.round(1 / scale);
  return (divisor > 1 && 1 / divisor === scale ? wire / divisor : wire * scale) + offset;
}

function toWire(type: DataType, field: Field, number: number): number {
  const { scale = 1, offset = 0 } = field;
  const { range, whole } = FIELD_TYPES[field.type];
  const exact = (number - offset) / scale;
  const wire = whole ? Math.round(exact) : exact;
  if (wire >= range[0] && wire <= range[1]) return wire;
  throw new RangeError(`${nameField(type, field)}: ${number} does not fit into ${field.type}`);
}

function numberOf(type: DataType, field: Field, value: unknown): number {
  const number = typeof value === "object" && value !== null ? Reflect.get(value, field.name) : undefined;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new RangeError(`${nameField(type, field)} must be a number, got ${show(number)}`);
}

function nameField(type: DataType, field: Field): string {
  return `data type "${type.name}", field "${field.name}"`;
}

function checkType(type: DataType): void {
  const row = `data type ${show(type.name)}`;
  if (!NAME.test(type.name)) throw new RangeError(`${row}: the name must be three ASCII characters`);
  if (type.id !== undefined && !isWhole(type.id, 0, 255))
    throw new RangeError(`${row}: id must be 0..255, got ${type.id}`);
  if (!isWhole(type.length, 1, MAX_LENGTH)) {
    throw new RangeError(`${row}: length must be 1..${MAX_LENGTH}, got ${type.length}`);
  }
  const names = new Set<string>();
  let bytes = 0;
  for (const field of type.fields) {
    checkField(type, field);
    if (names.has(field.name)) throw new RangeError(`${nameField(type, field)}: there are two of this name`);
    names.add(field.name);
    bytes += FIELD_TYPES[field.type].bytes;
  }
  if (bytes > type.length) throw new RangeError(`${row}: its fields need ${bytes} bytes, its length is ${type.length}`);
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Names of an object's own machinery would not come out as plain properties. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

function checkField(type: DataType, field: Field): void {
  const where = nameField(type, field);
  if (typeof field.name !== "string" || field.name === "" || RESERVED.has(field.name)) {
    throw new RangeError(`${where}: the name must be given, and not one of ${[...RESERVED].join(", ")}`);
  }
  if (!Object.hasOwn(FIELD_TYPES, field.type)) {
    throw new RangeError(`${where}: type must be one of ${Object.keys(FIELD_TYPES).join(", ")}, got ${field.type}`);
  }
  if (field.scale !== undefined && (!Number.isFinite(field.scale) || field.scale === 0)) {
    throw new RangeError(`${where}: scale must be a number other than 0, got ${field.scale}`);
  }
  if (field.offset !== undefined && !Number.isFinite(field.offset)) {
    throw new RangeError(`${where}: offset must be a number, got ${field.offset}`);
  }
}
