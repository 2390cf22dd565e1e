/** How a value that is more than a number is kept: as immutable text, so that a flow changing its message cannot change the store. */
import type { Reading, Value } from "./reading.ts";

/** `number` stands beside the samples and has only raw bytes here; `withdrawn` marks a reading that never came to be. */
export type PartKind = "number" | "text" | "bytes" | "json" | "withdrawn";

/** What a sample has beyond its number. Bytes are kept as Latin-1 text, a tenth of what small arrays cost. */
export interface Part {
  readonly kind: PartKind;
  readonly text: string;
  readonly raw: string | null;
}

/** A sample as it is kept: `number` counts where there is no part, or one of kind `number`. */
export interface Stored {
  readonly topic: string;
  readonly sequence: number;
  readonly time: number;
  readonly number: number;
  readonly part: Part | null;
}

/** What a part takes, in characters. */
export function partLength(part: Part | null): number {
  return part === null ? 0 : part.text.length + (part.raw?.length ?? 0);
}

/** Takes any bytes, without a Buffer made of them first. */
const { latin1Slice } = Buffer.prototype;

export const WITHDRAWN: Part = { kind: "withdrawn", text: "", raw: null };

/** Null where the reading is a plain number. Throws TypeError where JSON cannot hold the value. */
export function packPart({ value, raw }: Reading): Part | null {
  if (raw === value && raw !== undefined) return packBytes(raw);
  const rawText = raw === undefined ? null : latin1(raw);
  if (typeof value === "number") return rawText === null ? null : { kind: "number", text: "", raw: rawText };
  if (typeof value === "string") return { kind: "text", text: value, raw: rawText };
  if (value instanceof Uint8Array) {
    const text = latin1(value);
    return { kind: "bytes", text, raw: rawText === text ? text : rawText };
  }
  return { kind: "json", text: toJson(value), raw: rawText };
}

/** Bytes that are their own raw form. */
function packBytes(bytes: Uint8Array): Part {
  const text = latin1(bytes);
  return { kind: "bytes", text, raw: text };
}

export function unpackValue(number: number, part: Part | null): Value {
  if (part === null || part.kind === "number") return number;
  if (part.kind === "text") return part.text;
  return part.kind === "bytes" ? Buffer.from(part.text, "latin1") : JSON.parse(part.text);
}

/** Its raw form, or the value itself where that is bytes. */
export function unpackBytes(part: Part | null): Uint8Array | null {
  const text = part?.raw ?? (part?.kind === "bytes" ? part.text : null);
  return text === null ? null : Buffer.from(text, "latin1");
}

export function unpackRaw({ raw }: Part): Uint8Array | undefined {
  return raw === null ? undefined : Buffer.from(raw, "latin1");
}

/** Bytes within an object become `{"base64":…}`, as everywhere in JSON. */
export function toJson(value: unknown): string {
  const text = isPlain(value, MAX_PLAIN_DEPTH) ? JSON.stringify(value) : JSON.stringify(value ?? null, base64Bytes);
  if (text === undefined) throw new TypeError(`a ${typeof value} cannot be stored`);
  return text;
}

/** Deeper, a value may contain itself. */
const MAX_PLAIN_DEPTH = 8;

/** What has no bytes in it, nor a form of its own, needs no replacer, which would be called for each of its properties. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function" && value !== undefined;
  if (depth === 0 || value instanceof Uint8Array || "toJSON" in value) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth - 1));
  for (const name in value) if (!isPlain((value as Record<string, unknown>)[name], depth - 1)) return false;
  return true;
}

/** Buffer's own toJSON has run before a replacer sees it, so the holder is asked. */
function base64Bytes(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const held = this[key];
  if (!(held instanceof Uint8Array)) return value;
  return { base64: Buffer.from(held.buffer, held.byteOffset, held.length).toString("base64") };
}

function latin1(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.length);
}
