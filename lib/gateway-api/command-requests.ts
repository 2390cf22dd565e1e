/** Requests that go on to the mesh module, with what is checked before they do (PROTOCOLS 1.2, 2.1, 2.2). */
import type { Generation } from "../uart/commands.ts";
import { type FaultRequest, fault } from "./faults.ts";

export interface CommandRequest {
  readonly kind: "command";
  /** Of the node; 0 is the module itself. */
  readonly address: number;
  /** `verbatim`: the payload is the frame · `reply`: it answers the request of a node. */
  readonly type: "verbatim" | "reply";
  readonly payload: Buffer;
  /** Every node is disconnected by it, until it is heard again. */
  readonly resets: boolean;
}

const WORD_BYTES = 5;
const ADDRESS_BYTES = 2;
const NEWLINE = 0x0a;
const LENGTH_AT = WORD_BYTES + ADDRESS_BYTES;

/** These are followed by an address. */
const ADDRESSED = new Set(["SEND-", "SENDI", "BCAST"]);
/** A browser that comes to the wrong port says `GET /`: no word has a space. */
const WORD = /^[\x21-\x7e]{5}$/;

/** Five characters that the gateway does not know are the module's. */
export function readPassed(bytes: Buffer): CommandRequest | FaultRequest {
  return checkWord(bytes) ?? verbatim(bytes);
}

export function readReset(bytes: Buffer): CommandRequest {
  return { ...verbatim(bytes), resets: true };
}

/** What follows `[CMD]`: a command as the module's generation takes it. */
export function readCommand(bytes: Buffer, generation: Generation): CommandRequest | FaultRequest {
  const wrong = checkWord(bytes);
  if (wrong) return wrong;
  return generation === 2 ? verbatim(bytes) : readFirstGeneration(bytes);
}

/**
 *     SEND-  addr u16be  length u8  message  "\n"
 *     any other five characters     payload  "\n"
 *
 * The line feed is added where the client left it out.
 */
function readFirstGeneration(bytes: Buffer): CommandRequest | FaultRequest {
  if (wordOf(bytes) !== "SEND-") return verbatim(endsInNewline(bytes) ? bytes : withNewline(bytes));
  const end = LENGTH_AT + 1 + (bytes[LENGTH_AT] ?? 0);
  if (bytes.length === end) return verbatim(withNewline(bytes));
  return bytes.length === end + 1 && endsInNewline(bytes) ? verbatim(bytes) : fault("wrong-length");
}

/** What follows `[REQ]`: the answer to a node's request. */
export function readReply(bytes: Buffer): CommandRequest | FaultRequest {
  if (bytes.length < ADDRESS_BYTES) return fault("truncated-address");
  const payload = bytes.subarray(ADDRESS_BYTES);
  return { kind: "command", address: bytes.readUInt16BE(0), type: "reply", payload, resets: false };
}

function checkWord(bytes: Buffer): FaultRequest | null {
  const word = wordOf(bytes);
  if (!WORD.test(word)) return fault("unknown");
  return ADDRESSED.has(word) && bytes.length < LENGTH_AT ? fault("truncated-address") : null;
}

function wordOf(bytes: Buffer): string {
  return bytes.toString("latin1", 0, WORD_BYTES);
}

function endsInNewline(bytes: Buffer): boolean {
  return bytes.at(-1) === NEWLINE;
}

function withNewline(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.of(NEWLINE)]);
}

function verbatim(payload: Buffer): CommandRequest {
  return { kind: "command", address: 0, type: "verbatim", payload, resets: false };
}
