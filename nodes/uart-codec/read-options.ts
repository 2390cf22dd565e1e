/** Reads the fields of a uart-codec. */
import { isGiven } from "../../lib/store/ids.ts";
import { type DataType, DataTypeTable, type Field } from "../../lib/uart/data-types.ts";
import type { MessageLayout } from "../../lib/uart/messages.ts";
import { choiceOption, type Fields, flagOption, idOption, integerOption, rowsOption } from "../shared/options.ts";

export interface UartCodecOptions {
  readonly mode: "decode" | "encode";
  /** Who encodes: the gateway sends commands to the module, a node sends readings as an edge device does. */
  readonly side: "gateway" | "node";
  readonly network: string;
  readonly layout: MessageLayout;
  readonly generation: 1 | 2;
  readonly maxPayloadBytes: number;
  readonly crc: boolean;
  readonly endMark: boolean;
  /** Readings one by one, as a list for each chunk, or as lists while they are many. */
  readonly batch: "reading" | "chunk" | "auto";
  readonly types: DataTypeTable;
}

export function readCodecOptions(fields: Fields): UartCodecOptions {
  return {
    mode: choiceOption(fields, "mode", ["decode", "encode"], "decode"),
    side: choiceOption(fields, "side", ["gateway", "node"], "gateway"),
    network: idOption(fields, "network", "mesh"),
    layout: choiceOption(fields, "layout", ["auto", "type3", "opcode1"], "auto"),
    generation: Number(choiceOption(fields, "generation", ["1", "2"], "1")) as 1 | 2,
    maxPayloadBytes: integerOption(fields, "maxPayloadBytes", [16, 1024 * 1024], 4096),
    crc: flagOption(fields, "crc", false),
    endMark: flagOption(fields, "endMark", false),
    batch: choiceOption(fields, "batch", ["reading", "chunk", "auto"], "reading"),
    types: new DataTypeTable(rowsOption(fields, "types").map(readType)),
  };
}

/** Numbers may still be text there. */
function readType(row: Fields): DataType {
  const what = `data type "${row.name}"`;
  const fields = row.fields ?? [];
  if (!Array.isArray(fields)) throw new RangeError(`${what}: fields must be a list`);
  return {
    name: String(row.name ?? ""),
    ...part("id", numberOf(row.id, `${what}: id`)),
    length: numberOf(row.length, `${what}: length`) ?? Number.NaN,
    fields: fields.map((field) => readField(record(field, `${what}: a field must be a row`), what)),
  };
}

function readField(row: Fields, where: string): Field {
  const what = `${where}, field "${row.name}"`;
  return {
    name: String(row.name ?? ""),
    // The table names a wrong one.
    type: String(row.type ?? "") as Field["type"],
    ...part("scale", numberOf(row.scale, `${what}: scale`)),
    ...part("offset", numberOf(row.offset, `${what}: offset`)),
    ...part("unit", row.unit ? String(row.unit) : undefined),
  };
}

function record(value: unknown, fault: string): Fields {
  if (typeof value !== "object" || value === null) throw new RangeError(fault);
  return value as Fields;
}

/** Undefined where the field is empty. */
function numberOf(value: unknown, what: string): number | undefined {
  if (!isGiven(value)) return undefined;
  const number = Number(value);
  if (Number.isNaN(number)) throw new RangeError(`${what} must be a number, got ${value}`);
  return number;
}

function part<K extends string, V>(name: K, value: V | undefined): { readonly [name in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: V };
}
