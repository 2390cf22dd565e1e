/** Numbers, ages, times and bytes as text whose width does not jump while it changes. */
import { pictureName } from "./picture.ts";
import { bytesOf, fieldsOf, isBytes, isObject, isPosition } from "./values.ts";

const MINUS = "\u2212";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Digits after the point that a number needs, of seven significant ones. */
export function decimalsOf(value: number, most = 4): number {
  const text = String(Number(value.toPrecision(7)));
  if (text.includes("e")) return 0;
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(most, text.length - point - 1);
}

export function formatNumber(value: number, decimals = decimalsOf(value)): string {
  const size = Math.abs(value);
  const tiny = size > 0 && size < 10 ** -Math.max(decimals, 3);
  const text = size >= 1e15 || tiny ? value.toExponential(2) : value.toFixed(decimals);
  return text.replaceAll("-", MINUS);
}

/** "3 s ago" */
export function formatAge(ageMs: number): string {
  if (ageMs < 2 * SECOND) return "just now";
  return `${formatSpan(ageMs)} ago`;
}

/** "12 min", for the length of a drawing. */
export function formatSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(Math.max(ms, 0) / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / DAY)} d`;
}

/** Clock time of today, else the date too. Written year first: the page has no say in the reader's country. */
export function formatTime(time: number, now: number): string {
  const clock = clockTime(time);
  return dateOf(time) === dateOf(now) ? clock : `${dateOf(time)} ${clock}`;
}

export function clockTime(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(":");
}

function dateOf(time: number): string {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join("-");
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

export function formatHex(bytes: Uint8Array, most = bytes.length): string {
  const shown = Array.from(bytes.subarray(0, most), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > most ? `${shown} … (${bytes.length} bytes)` : shown;
}

/** Rows of a hex dump: offset, bytes, and the bytes as text. */
export function hexRows(bytes: Uint8Array, perRow = 8, mostRows = 16): { offset: string; hex: string; text: string }[] {
  const rows = Math.min(mostRows, Math.ceil(bytes.length / perRow));
  return Array.from({ length: rows }, (_, row) => {
    const part = bytes.subarray(row * perRow, (row + 1) * perRow);
    const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
    return { offset: (row * perRow).toString(16).padStart(4, "0"), hex: formatHex(part), text };
  });
}

/** Any value on one line. */
export function formatValue(value: unknown, most = 80): string {
  return cut(lineOf(value), most);
}

export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function lineOf(value: unknown): string {
  if (isPosition(value)) return `${formatNumber(value.longitude, 4)}, ${formatNumber(value.latitude, 4)}`;
  if (typeof value === "number") return formatNumber(value);
  const picture = pictureName(value);
  if (picture) return picture;
  if (typeof value === "string") return value.replace(/\s+/g, " ").trim();
  if (isBytes(value)) return formatHex(bytesOf(value), 16);
  const fields = isObject(value) ? fieldsOf(value) : [];
  if (fields.length > 0) return fields.map(([name, inner]) => `${name} ${lineOf(inner)}`).join(" · ");
  return value === null || value === undefined ? "–" : JSON.stringify(value);
}
