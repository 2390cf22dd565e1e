/** What a client program asks of a mesh gateway, as bytes (PROTOCOLS 2.1, 2.2). */
import { addressBytes, bytesOf, join, latin1, type Payload } from "./bytes.ts";

export type Generation = 1 | 2;

/** A data type by its three characters, or by its id in the later generation. */
export type DataTypeName = string | number;

export const SYN = join("[syn]\0");
export const ACK = "[ack]\0";

/** Each generation has an address that means every node. */
const EVERY_NODE: Readonly<Record<Generation, number>> = { 1: 0x00ff, 2: 0 };
const MAX_MESSAGE = 255;
const WORD_BYTES = 5;

export const NODE_COUNT = join("ACT-C");
export const NODE_STATUS = join("NSTAT");

/** Without an address the newest value of every node. */
export function encodeGet(type: DataTypeName, address: number | null, generation: Generation): Uint8Array {
  return join("[GET]", addressBytes(address ?? EVERY_NODE[generation]), typeBytes(type));
}

function typeBytes(type: DataTypeName): Uint8Array {
  if (typeof type === "number") {
    if (Number.isInteger(type) && type >= 0 && type <= 0xff) return Uint8Array.of(type);
    throw new RangeError(`"type" must be an id of 0..255, got ${type}`);
  }
  const bytes = bytesOf(type);
  if (bytes.length === 3) return bytes;
  throw new RangeError(`"type" must have three characters, got "${type}"`);
}

/** A message to a node. The first generation carries it inside `[CMD]`, with its length. */
export function encodeSend(address: number, payload: Payload, generation: Generation): Uint8Array {
  const message = bytesOf(payload);
  if (generation === 2) return join("SEND-", addressBytes(address), message);
  if (message.length <= MAX_MESSAGE) {
    return join("[CMD]SEND-", addressBytes(address), Uint8Array.of(message.length), message, "\n");
  }
  throw new RangeError(`a message has ${MAX_MESSAGE} bytes at most, got ${message.length}`);
}

/** The answer to a node's request. */
export function encodeReply(address: number, payload: Payload): Uint8Array {
  return join("[REQ]", addressBytes(address), payload);
}

/** A command to the module as it is, such as `NINFO\n`. The later generation tells the module's commands by their five bytes. */
export function encodeCommand(command: Payload, generation: Generation): Uint8Array {
  const bytes = bytesOf(command);
  if (generation === 1) return join("[CMD]", bytes);
  if (bytes.length >= WORD_BYTES && /^[\x20-\x7e]+$/.test(latin1(bytes, 0, WORD_BYTES))) return bytes;
  throw new RangeError(`a command begins with ${WORD_BYTES} ASCII characters`);
}

/** A line for the monitor's traffic log. */
export function encodeLog(text: string): Uint8Array {
  return join("W-LOG", text);
}

/** The state of robots for the monitor. */
export function encodeRobots(robots: unknown): Uint8Array {
  return join("W-RBT", JSON.stringify(robots));
}
