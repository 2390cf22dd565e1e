/** What the nodes of a simulated mesh say when they are spoken to. */
import type { ReadingToSend } from "../uart/messages.ts";
import type { ReceivedCommand } from "./mesh-commands.ts";
import { Random } from "./random.ts";

export interface Answer {
  readonly address: number;
  readonly reading: ReadingToSend;
}

const UUID_BYTES = 16;
const QUESTION_MARK = 0x3f;

/** Nodes have the addresses from 1 to `nodes`; others are silent. */
export function answersTo(command: ReceivedCommand, nodes: number, generation: 1 | 2, seed: number): Answer[] {
  const { word, address, message } = command;
  const all = addresses(nodes);
  if (word === "NINFO") return generation === 2 ? all.map((node) => connected(node, seed)) : [];
  if (word === "BCAST") return all.map((node) => returned(node, message, generation));
  if (address === null || address < 1 || address > nodes) return [];
  if (word === "SEND-") return [returned(address, message, generation)];
  if (word === "SENDI") return [{ address, reading: ACK }, returned(address, message, generation)];
  return [];
}

const ACK: ReadingToSend = { type: "ack", value: true };

/** A node sends a text back; one that ends with a question mark as a request, which reaches client programs. */
function returned(address: number, message: Buffer, generation: 1 | 2): Answer {
  const echo = generation === 1 ? "message" : "echo";
  return { address, reading: { type: message.at(-1) === QUESTION_MARK ? "request" : echo, value: message } };
}

/** A node's uuid is the same at every start (PROTOCOLS 1.3, opcode 02). */
export function connected(address: number, seed: number): Answer {
  const random = new Random(seed * 65_537 + address);
  const uuid = Buffer.from(Array.from({ length: UUID_BYTES }, () => random.below(256)));
  return { address, reading: { type: "connected", value: uuid } };
}

export function addresses(nodes: number): number[] {
  return Array.from({ length: nodes }, (_, index) => index + 1);
}
