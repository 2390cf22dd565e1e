/** What those that listen are sent of the messages of nodes: their requests, or all of them (PROTOCOLS 2.1). */
import { type Layout, OPCODE1, type Opcode, TYPE3 } from "../uart/opcodes.ts";

/** `requests`: as in the field · `messages`: all but data, in the form of the serial line */
export type Pushes = "requests" | "messages";

const REQUEST = "request";
const MAX_BYTE = 0xff;

/** By the type that a reading of it has. */
const MESSAGES: ReadonlyMap<string, Opcode> = new Map([...rowsOf(OPCODE1), ...rowsOf(TYPE3)]);

function rowsOf({ opcodes }: Layout): [string, Opcode][] {
  return opcodes.filter(({ content }) => content !== "data").map((row) => [row.type, row]);
}

/**
 *     [REQ]  addr u16le  payload          a request, with the address as clients in the field read it
 *     addr u16be  code   content          any other message
 *
 * Null where nobody is told.
 */
export function pushOf(address: number, type: string, bytes: Uint8Array, pushes: Pushes): Buffer | null {
  if (type === REQUEST) {
    return Buffer.concat([Buffer.from("[REQ]"), Buffer.of(address & MAX_BYTE, address >> 8), bytes]);
  }
  const row = pushes === "messages" ? MESSAGES.get(type) : undefined;
  if (!row) return null;
  const size = row.content === "counted-text" ? Buffer.of(bytes.length) : Buffer.alloc(0);
  return Buffer.concat([Buffer.of(address >> 8, address & MAX_BYTE), Buffer.from(row.code, "latin1"), size, bytes]);
}
