/** Whether two values of a reading are the same, for "only when different". */
import { type Part, packPart } from "./value.ts";

/** What the store keeps of a value: a flow that changes its message does not change it. */
export type Picture = number | Part;

/** Throws TypeError where JSON cannot hold the value. */
export function pictureOf(value: unknown): Picture {
  return typeof value === "number" ? value : packPart({ time: 0, value })!;
}

export function samePicture(a: Picture, b: Picture): boolean {
  if (typeof a === "number" || typeof b === "number") return Object.is(a, b);
  if (a.kind !== b.kind) return false;
  // Objects that name their properties in another order are the same.
  return a.text === b.text || (a.kind === "json" && sameValue(JSON.parse(a.text), JSON.parse(b.text)));
}

/** Deeper values count as different. */
const MAX_DEPTH = 32;

export function sameValue(a: unknown, b: unknown): boolean {
  return same(a, b, 0);
}

function same(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || depth >= MAX_DEPTH) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return sameBytes(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return sameProperties(a as Record<string, unknown>, b as Record<string, unknown>, depth + 1);
}

function sameBytes(a: object, b: object): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false;
  return a.every((byte, index) => byte === b[index]);
}

/** Arrays too: their indices are their properties. */
function sameProperties(a: Record<string, unknown>, b: Record<string, unknown>, depth: number): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name], depth));
}
