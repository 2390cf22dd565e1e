/** JSON text of any value a flow carries; bytes become `{"base64":"…"}`. */

/** Deeper values are taken for such that hold bytes; a cycle too, which JSON.stringify then refuses. */
const MAX_DEPTH = 16;

/** Throws TypeError where a value has no JSON: a cycle, or a BigInt. */
export function jsonText(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  // A replacer makes stringify several times slower, and few values hold bytes.
  return (holdsBytes(value, 0) ? JSON.stringify(value, replaceBytes) : JSON.stringify(value)) ?? "null";
}

function holdsBytes(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array || depth > MAX_DEPTH) return true;
  for (const key in value) {
    if (holdsBytes((value as Record<string, unknown>)[key], depth + 1)) return true;
  }
  return false;
}

/** Looks at the holder, because a Buffer's own toJSON has run before the replacer sees it. */
function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Uint8Array ? { base64: base64(original) } : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
