/** CRC-16/CCITT-FALSE, the optional trailer of a frame (PROTOCOLS 1.1). */

/** A u16be after the payload, escaped like it. */
export const CRC_BYTES = 2;

const POLYNOMIAL = 0x1021;
const INITIAL = 0xffff;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 0x8000 ? (remainder << 1) ^ POLYNOMIAL : remainder << 1;
  }
  return remainder;
});

/** Of the bytes from `from` up to, not including, `to`. */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = INITIAL;
  for (let at = from; at < to; at++) {
    crc = ((crc << 8) & 0xffff) ^ table[(crc >> 8) ^ bytes[at]!]!;
  }
  return crc;
}

export function appendCrc(payload: Uint8Array): Uint8Array {
  const body = Buffer.allocUnsafe(payload.length + CRC_BYTES);
  body.set(payload);
  body.writeUInt16BE(crc16(payload), payload.length);
  return body;
}

export function endsWithCrc(bytes: Buffer, from: number, to: number): boolean {
  const trailer = to - CRC_BYTES;
  return trailer >= from && crc16(bytes, from, trailer) === bytes.readUInt16BE(trailer);
}
