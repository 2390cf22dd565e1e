/** Lines of the traffic log: bytes as a person can read them, on one line and of bounded length (PROTOCOLS 2.3). */

const SHOWN_BYTES = 128;
const UNPRINTABLE = /[^\x20-\x5b\x5d-\x7e]/g;

/** Printable ASCII as it is, everything else as `\xNN`. */
export function showBytes(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SHOWN_BYTES)).toString("latin1");
  const text = shown.replace(UNPRINTABLE, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return bytes.length > SHOWN_BYTES ? `${text}… (${bytes.length} bytes)` : text;
}

export function readingLine(address: number, type: string, bytes: Uint8Array): string {
  return `uart in: Node-${address} ${type} ${showBytes(bytes)}`;
}

/** Address 0 is the module itself. */
export function commandLine(address: number, bytes: Uint8Array): string {
  return `uart out: ${address === 0 ? "module" : `Node-${address}`} ${showBytes(bytes)}`;
}

export function requestLine(client: string, bytes: Uint8Array): string {
  return `client ${client} asks ${showBytes(bytes)}`;
}

export function replyLine(client: string, bytes: Uint8Array): string {
  return `client ${client} gets ${showBytes(bytes)}`;
}
