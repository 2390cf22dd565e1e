/** CRC-16/CCITT-FALSE, the optional trailer of a frame (PROTOCOLS 1.1). */

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
