/** Kinds of values: what a reading's value is decides how it is shown. */

export type Kind = "number" | "flag" | "text" | "bytes" | "position" | "fields" | "other";

export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

/** Fields of one value that are shown, nested ones included. */
const MAX_FIELDS = 64;

export function kindOf(value: unknown): Kind {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "flag";
  if (typeof value === "string") return "text";
  if (!isObject(value)) return "other";
  if (isBytes(value)) return "bytes";
  if (isPosition(value)) return "position";
  return Object.keys(value).length > 0 ? "fields" : "other";
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Bytes travel in JSON as `{"base64":"…"}`. */
export function isBytes(value: unknown): value is { readonly base64: string } {
  return isObject(value) && typeof value.base64 === "string" && Object.keys(value).length === 1;
}

export function isPosition(value: unknown): value is Position {
  return isObject(value) && Number.isFinite(value.longitude) && Number.isFinite(value.latitude);
}

/** Empty where the text is no base64. */
export function bytesOf(value: { readonly base64: string }): Uint8Array {
  try {
    return Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Path and value of every field; a field of a field is `outer.inner`. */
export function fieldsOf(value: unknown): [string, unknown][] {
  const fields: [string, unknown][] = [];
  collect(value, "", fields);
  return fields;
}

function collect(value: unknown, path: string, fields: [string, unknown][]): void {
  if (fields.length >= MAX_FIELDS) return;
  if (path !== "" && (!isObject(value) || isBytes(value))) {
    fields.push([path, value]);
    return;
  }
  for (const [name, inner] of Object.entries(value ?? {})) {
    collect(inner, path === "" ? name : `${path}.${name}`, fields);
  }
}

/** The number of an object that has nothing else, such as `{"voltage": 4.07}`, with its name; a number has none. */
export function soleNumber(value: unknown): { readonly name: string; readonly number: number } | null {
  if (typeof value === "number") return { name: "", number: value };
  const [field, ...more] = isObject(value) ? Object.entries(value) : [];
  return field && more.length === 0 && typeof field[1] === "number" ? { name: field[0], number: field[1] } : null;
}
