/** Reads Linux's table of TCP connections (`/proc/net/tcp`, `tcp6`): which of them send what nobody acknowledges. */

/** Established, and its retransmission timer runs for the second time or more: local port, remote address, remote port. */
const UNANSWERED = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) 01 \S+ 01:\S+ (?!0000000[01])/gm;

/** The connections as `connectionKey` names them. */
export function* parseUnanswered(table: string): Iterable<string> {
  for (const [, localPort, address, port] of table.matchAll(UNANSWERED)) {
    yield connectionKey(Number.parseInt(localPort!, 16), addressOf(address!), Number.parseInt(port!, 16));
  }
}

export function connectionKey(localPort: number, address: string, port: number): string {
  return `${localPort} ${address} ${port}`;
}

/** Words of four bytes, each in the order of the machine; all that run this have the lowest first. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, "hex").swap32();
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.readUInt16BE(10) === 0xffff && bytes.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? bytes.subarray(12).join(".") : compressed(bytes);
}

/** As sockets name it: `::1`. */
function compressed(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
