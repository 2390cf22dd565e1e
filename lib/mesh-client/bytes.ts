/** Bytes as a client program handles them, in Node and in a browser: no Buffer in here. */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

export type Payload = string | Uint8Array;

/** Text goes out as UTF-8. */
export function bytesOf(payload: Payload): Uint8Array {
  return typeof payload === "string" ? ENCODER.encode(payload) : payload;
}

export function textOf(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** One character for each byte. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

export function join(...parts: readonly Payload[]): Uint8Array {
  const all = parts.map(bytesOf);
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** u16be. Throws RangeError. */
export function addressBytes(address: number): Uint8Array {
  if (!Number.isInteger(address) || address < 0 || address > 0xffff) {
    throw new RangeError(`"address" must be 0..65535, got ${address}`);
  }
  return Uint8Array.of(address >> 8, address & 0xff);
}
