/** Copies what JSON can hold: several times faster than a copy that has to expect anything (bench `ack`). */

export function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (!isPlainObject(value)) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const name in copy) if (typeof copy[name] === "object") copy[name] = copyJson(copy[name]);
  return copy as T;
}

/** Bytes, which nobody changes, stay what they are. */
function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}
