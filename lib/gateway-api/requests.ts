/** Requests of client programs, of both generations: where one ends, and what it asks (PROTOCOLS 2.1, 2.2). */
import type { Generation } from "../uart/commands.ts";
import { type CommandRequest, readCommand, readPassed, readReply, readReset } from "./command-requests.ts";
import { type FaultRequest, fault } from "./faults.ts";
import { type GetRequest, getEnd, readGet } from "./get-requests.ts";
import { type RobotReport, readRobots } from "./robots.ts";

export interface RequestOptions {
  /** What a `[CMD]` is, and how wide addresses are in replies. */
  readonly generation: Generation;
  /** Names of data types by the byte that stands for them. */
  readonly typeNames: ReadonlyMap<number, string>;
}

export type Request =
  | { readonly kind: "listen" }
  | GetRequest
  /** How many nodes are connected; which nodes there are. */
  | { readonly kind: "count" | "nodes" }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "robots"; readonly report: RobotReport }
  | CommandRequest
  | FaultRequest;

/** A request begins with five characters. */
export const WORD_BYTES = 5;

interface Row {
  /** How long a request is that begins with these bytes; null where they do not say. */
  readonly end: (bytes: Buffer) => number | null;
  readonly read: (bytes: Buffer, options: RequestOptions) => Request;
}

const never = () => null;
const wordAlone = () => WORD_BYTES;

const ROWS: readonly [word: string, row: Row][] = [
  ["[syn]", { end: synEnd, read: readSyn }],
  ["[GET]", { end: getEnd, read: (bytes, { typeNames }) => readGet(bytes, typeNames) }],
  ["[CMD]", { end: never, read: (bytes, { generation }) => readCommand(bytes.subarray(WORD_BYTES), generation) }],
  ["[REQ]", { end: never, read: (bytes) => readReply(bytes.subarray(WORD_BYTES)) }],
  ["ACT-C", { end: wordAlone, read: () => ({ kind: "count" }) }],
  ["NSTAT", { end: wordAlone, read: () => ({ kind: "nodes" }) }],
  ["RST-R", { end: wordAlone, read: readReset }],
  ["W-LOG", { end: never, read: (bytes) => ({ kind: "log", text: textAfterWord(bytes) }) }],
  ["W-RBT", { end: never, read: readReport }],
];

/** A number is compared without a text made of the bytes first. */
const ROWS_BY_WORD: ReadonlyMap<number, Row> = new Map(ROWS.map(([word, row]) => [numberOf(Buffer.from(word)), row]));

function numberOf(bytes: Buffer): number {
  return bytes.readUIntBE(0, WORD_BYTES);
}

/** How many of the bytes are the first request: null while only silence or the client's end can tell. */
export function requestEnd(bytes: Buffer): number | null {
  const end = rowOf(bytes)?.end(bytes) ?? null;
  return end !== null && end <= bytes.length ? end : null;
}

/** Reads a whole request; never throws: a client's fault is a request too. */
export function readRequest(bytes: Buffer, options: RequestOptions): Request {
  const row = rowOf(bytes);
  if (row) return row.read(bytes, options);
  return isBracketed(bytes) ? fault("unknown") : readPassed(bytes);
}

/** Requests in brackets are answered in another form than the bare words of the later generation. */
export function isBracketed(bytes: Buffer): boolean {
  return bytes[0] === 0x5b;
}

function rowOf(bytes: Buffer): Row | undefined {
  return bytes.length < WORD_BYTES ? undefined : ROWS_BY_WORD.get(numberOf(bytes));
}

function synEnd(bytes: Buffer): number | null {
  return bytes[WORD_BYTES] === 0 ? WORD_BYTES + 1 : null;
}

/** With the zero byte, or without it where nothing follows. */
function readSyn(bytes: Buffer): Request {
  const isWhole = bytes.length === WORD_BYTES || (bytes.length === WORD_BYTES + 1 && bytes[WORD_BYTES] === 0);
  return isWhole ? { kind: "listen" } : fault("unknown");
}

function readReport(bytes: Buffer): Request {
  const report = readRobots(textAfterWord(bytes));
  return report ? { kind: "robots", report } : fault("malformed");
}

/** Programs in C send the zero that ends their strings. */
function textAfterWord(bytes: Buffer): string {
  return bytes.toString("utf8", WORD_BYTES).replace(/\0+$/, "");
}
