/** Reads what a gateway writes to a mesh module (PROTOCOLS 1.2, 1.3). */

export interface ReceivedCommand {
  /** Five characters, or `<R>` for a reply to a request. */
  readonly word: string;
  readonly address: number | null;
  readonly message: Buffer;
}

const WORD_BYTES = 5;
const ADDRESS_BYTES = 2;
const REPLY = "<R>";
const ADDRESSED = new Set(["SEND-", "SENDI", "BCAST"]);

/** Null where the payload is no command. */
export function readCommand(payload: Buffer, generation: 1 | 2): ReceivedCommand | null {
  if (payload.toString("latin1", ADDRESS_BYTES, WORD_BYTES) === REPLY) {
    return { word: REPLY, address: payload.readUInt16BE(0), message: payload.subarray(WORD_BYTES) };
  }
  const word = payload.toString("latin1", 0, WORD_BYTES);
  if (!/^[\x20-\x7e]{5}$/.test(word)) return null;
  if (ADDRESSED.has(word)) return readAddressed(word, payload, generation);
  return { word, address: null, message: payload.subarray(WORD_BYTES) };
}

function readAddressed(word: string, payload: Buffer, generation: 1 | 2): ReceivedCommand | null {
  const from = WORD_BYTES + ADDRESS_BYTES;
  if (payload.length < from) return null;
  const address = payload.readUInt16BE(WORD_BYTES);
  if (generation === 2) return { word, address, message: payload.subarray(from) };
  // The length decides: a line feed inside the message is data.
  const to = from + 1 + (payload[from] ?? 0);
  if (payload.length !== to + 1 || payload[to] !== 0x0a) return null;
  return { word, address, message: payload.subarray(from + 1, to) };
}
