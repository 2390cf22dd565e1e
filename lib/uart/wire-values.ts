/** Addresses and free values on their way to the wire. */

const MAX_ADDRESS = 0xffff;

export function addressBytes(address: unknown): Buffer {
  if (typeof address !== "number" || !Number.isInteger(address) || address < 0 || address > MAX_ADDRESS) {
    throw new RangeError(`address must be 0..${MAX_ADDRESS}, got ${show(address)}`);
  }
  return Buffer.of(address >> 8, address & 0xff);
}

/** Bytes as they are, text as UTF-8, numbers and booleans as their text; throws RangeError naming `what` for all else. */
export function toBytes(value: unknown, what: string): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "string") return Buffer.from(value);
  if (typeof value === "number" || typeof value === "boolean") return Buffer.from(String(value));
  throw new RangeError(`${what} must be text or bytes, got ${show(value)}`);
}

const SHOWN_CHARACTERS = 40;

/** A wrong value in the text of an error: short, and whatever it is. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN_CHARACTERS));
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
