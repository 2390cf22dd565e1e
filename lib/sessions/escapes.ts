/** Bytes as people write them into a field: `\n` `\r` `\t` `\0` `\\` `\xNN`, and everything else as UTF-8. */

const PART = /\\x([0-9a-fA-F]{2})|\\(.?)|[^\\]+/gs;
const LETTERS: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, "0": 0x00, "\\": 0x5c };

/** Throws RangeError naming the escape that is none. */
export function parseEscapes(text: string): Buffer {
  return Buffer.concat([...text.matchAll(PART)].map(([part, hex, letter]) => partBytes(part, hex, letter)));
}

function partBytes(part: string, hex: string | undefined, letter: string | undefined): Buffer {
  if (hex !== undefined) return Buffer.from(hex, "hex");
  if (letter === undefined) return Buffer.from(part);
  const byte = LETTERS[letter];
  if (byte === undefined) throw new RangeError(`${part} is none of \\n \\r \\t \\0 \\\\ \\xNN`);
  return Buffer.of(byte);
}
