/** Reads JSON that comes from outside: bounded in depth, and without the names that would reach a prototype. */

export type JsonFault = "malformed" | "not-object" | "too-deep" | "forbidden-name";
export type JsonObject = Record<string, unknown>;
export type Read<T> = { readonly value: T } | { readonly fault: JsonFault };

/** An object in an object has depth 2. */
export const MAX_DEPTH = 32;

/** Copied into another object, such a name would change what all objects inherit. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export function readJson(text: string): Read<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error's text would quote what was sent, and with it a token.
    return { fault: "malformed" };
  }
  const fault = faultOf(value);
  return fault === null ? { value } : { fault };
}

/** As `readJson`, for what must be an object: no list, no plain value. */
export function readJsonObject(text: string): Read<JsonObject> {
  const read = readJson(text);
  if ("fault" in read) return read;
  return isJsonObject(read.value) ? { value: read.value } : { fault: "not-object" };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** For a value that was read elsewhere, such as the body of an HTTP request; null where it may pass. */
export function faultOf(value: unknown, depth = MAX_DEPTH): JsonFault | null {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return null;
  if (depth === 0) return "too-deep";
  return Array.isArray(value) ? faultOfItems(value, depth - 1) : faultOfFields(value, depth - 1);
}

function faultOfItems(items: readonly unknown[], depth: number): JsonFault | null {
  for (const item of items) {
    const fault = faultOf(item, depth);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfFields(fields: object, depth: number): JsonFault | null {
  for (const name of Object.keys(fields)) {
    const fault = FORBIDDEN.has(name) ? "forbidden-name" : faultOf((fields as JsonObject)[name], depth);
    if (fault !== null) return fault;
  }
  return null;
}
