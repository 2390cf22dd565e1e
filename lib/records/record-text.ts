/** The text of a record as it came, or why it has none. */
import { RejectedRecord } from "./split.ts";

/** Line breaks and tabs are text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no text has.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const REPLACEMENT = "\ufffd";
const BYTES_PER_UNIT = 3;

/** Take bytes as they are, without a Buffer made of them first. */
const { latin1Slice, utf8Slice } = Buffer.prototype;

export function textOfRecord(record: string | Uint8Array, maxBytes: number): string | RejectedRecord {
  if (bytesOf(record, maxBytes) > maxBytes) return new RejectedRecord("too-long", `more than ${maxBytes} bytes`);
  const text = typeof record === "string" ? checked(withoutEnd(record)) : textOfBytes(record);
  if (text === null) return new RejectedRecord("binary", "the record is no text");
  return text === "" ? new RejectedRecord("empty", "the record has no text") : text;
}

/** A short text is not measured: it cannot be too long. */
function bytesOf(record: string | Uint8Array, maxBytes: number): number {
  if (typeof record !== "string" || record.length > maxBytes) return record.length;
  return record.length * BYTES_PER_UNIT > maxBytes ? Buffer.byteLength(record) : 0;
}

/** Most records are plain ASCII, which one pass over the bytes tells (bench `record-4-elements`). */
function textOfBytes(bytes: Uint8Array): string | null {
  let end = bytes.length;
  while (end > 0 && isEnd(bytes[end - 1]!)) end--;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte < 0x20 || byte > 0x7e) return textOfAnyBytes(bytes, end);
  }
  return latin1Slice.call(bytes, 0, end);
}

/** Bytes that are no UTF-8 would be replaced. */
function textOfAnyBytes(bytes: Uint8Array, end: number): string | null {
  const text = utf8Slice.call(bytes, 0, end);
  return text.includes(REPLACEMENT) ? null : checked(text);
}

function checked(text: string): string | null {
  return CONTROLS.test(text) ? null : text;
}

/** A board may end its record with a line break, or with the zero of its language's texts. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isEnd(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

function isEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0;
}
