/** JSON text of any value a flow carries; bytes become `{"base64":"…"}`. */

/** Throws TypeError where a value has no JSON: a cycle, or a BigInt. */
export function jsonText(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  return JSON.stringify(value, replaceBytes) ?? "null";
}

/** Looks at the holder, because a Buffer's own toJSON has run before the replacer sees it. */
function replaceBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Uint8Array ? { base64: base64(original) } : value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
