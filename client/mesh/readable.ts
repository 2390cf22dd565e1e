/** Lines of a gateway's traffic as a person reads them: it writes bytes that are not printable as `\xNN` (PROTOCOLS 2.3). */
import { formatHex } from "../format.ts";

const ESCAPED = /(?:\\x[0-9a-f]{2})+/g;
/** More need not be counted by eye. */
const FEW = 4;
/** More are not shown. */
const MOST = 16;

/** Text of any language as text, other bytes in hex. */
export function readable(line: string): string {
  return line.replace(ESCAPED, (run) => {
    const bytes = Uint8Array.from(run.slice(2).split("\\x"), (pair) => Number.parseInt(pair, 16));
    return (
      textIn(bytes) ??
      `‹${formatHex(bytes, MOST)}${bytes.length > FEW && bytes.length <= MOST ? ` (${bytes.length} bytes)` : ""}›`
    );
  });
}

function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /\p{C}/u.test(text) ? null : text;
  } catch {
    return null;
  }
}
