/** Requests for what the store has of a node, or of all nodes (PROTOCOLS 2.1, 2.2). */
import { type FaultRequest, fault } from "./faults.ts";

/** `name`: type in three characters · `id`: type in one byte · `text`: written out, with bars. */
export type GetForm = "name" | "id" | "text";

export interface GetRequest {
  readonly kind: "get";
  readonly form: GetForm;
  /** Null asks for all nodes. */
  readonly address: number | null;
  /** As on the wire; null where no data type has the id. */
  readonly name: string | null;
  /** Of form `id` only. */
  readonly id?: number;
}

/**
 *     0      5             7                10
 *     [GET]  addr u16be    data_type 3            form name
 *     [GET]  addr u16be    data_id u8             form id
 *     [GET]  "|" data_type 3 "|" address          form text
 */
const ADDRESS_AT = 5;
const TYPE_AT = 7;
const ID_END = 8;
const NAME_END = 10;
const SECOND_BAR_AT = 9;

const BAR = 0x7c;
const ALL_BY_NAME = 0xff;
const ALL = 0;
const MAX_ADDRESS = 0xffff;

/** Address in decimal or 0x hex; a line's end or a zero may follow. */
const TEXT = /^\|([\x20-\x7b\x7d\x7e]{3})\|(\d{1,5}|0x[0-9a-f]{1,4})[\r\n\0]*$/i;

/** The text form ends with silence, and so does an id that may be the first character of a name. */
export function getEnd(bytes: Buffer): number | null {
  if (mayBeText(bytes)) return null;
  const type = bytes[TYPE_AT];
  if (type === undefined) return null;
  return isNameStart(type) ? NAME_END : ID_END;
}

export function readGet(bytes: Buffer, names: ReadonlyMap<number, string>): GetRequest | FaultRequest {
  const text = bytes[ADDRESS_AT] === BAR ? TEXT.exec(bytes.toString("latin1", ADDRESS_AT)) : null;
  if (text) return readText(text[1]!, Number(text[2]));
  if (bytes[ADDRESS_AT] === BAR && bytes[SECOND_BAR_AT] === BAR) return fault("malformed");
  if (bytes.length < TYPE_AT) return fault("truncated-address");
  const address = bytes.readUInt16BE(ADDRESS_AT);
  if (bytes.length === ID_END) return readId(address, bytes[TYPE_AT]!, names);
  return bytes.length < NAME_END ? fault("truncated-type") : readName(address, bytes);
}

/** With a bar where its type has an end, or too few bytes to tell. */
function mayBeText(bytes: Buffer): boolean {
  return bytes[ADDRESS_AT] === BAR && (bytes[SECOND_BAR_AT] ?? BAR) === BAR;
}

/** A name is printable and does not begin with a space: most ids are neither. */
function isNameStart(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

function readText(name: string, address: number): GetRequest | FaultRequest {
  if (address > MAX_ADDRESS) return fault("wrong-address");
  return { kind: "get", form: "text", address: oneOrAll(address), name };
}

function readId(address: number, id: number, names: ReadonlyMap<number, string>): GetRequest {
  // Node 255 is a node like any other here.
  return { kind: "get", form: "id", address: address === ALL ? null : address, name: names.get(id) ?? null, id };
}

function readName(address: number, bytes: Buffer): GetRequest {
  return { kind: "get", form: "name", address: oneOrAll(address), name: bytes.toString("latin1", TYPE_AT, NAME_END) };
}

/** No node has the address 0: it means all nodes in either generation. */
function oneOrAll(address: number): number | null {
  return address === ALL || address === ALL_BY_NAME ? null : address;
}
