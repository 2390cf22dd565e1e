/** What stands on the wire of ack/0: an object with an `id` is a message, one with only an `ack` confirms one (PROTOCOLS 6.1). */
import type { JsonObject } from "../json/safe-json.ts";

export type Received =
  | { readonly type: "ack"; readonly id: number }
  | { readonly type: "message"; readonly id: number; readonly fields: JsonObject }
  | { readonly type: "malformed"; readonly reason: "no-id" | "bad-id" };

/** `value`: an object that passed `readJsonObject`. */
export function readMessage(value: JsonObject): Received {
  const { id, ...fields } = value;
  if (id === undefined) return readAck(value.ack);
  return isWireId(id) ? { type: "message", id, fields } : { type: "malformed", reason: "bad-id" };
}

export function writeAck(id: number): JsonObject {
  return { ack: id };
}

/** The id stands last, as senders of ack/0 write it. */
export function writeMessage(fields: JsonObject, id: number): JsonObject {
  return { ...fields, id };
}

function readAck(ack: unknown): Received {
  if (ack === undefined) return { type: "malformed", reason: "no-id" };
  return isWireId(ack) ? { type: "ack", id: ack } : { type: "malformed", reason: "bad-id" };
}

/** Counters begin at 1. */
function isWireId(id: unknown): id is number {
  return typeof id === "number" && Number.isSafeInteger(id) && id >= 1;
}
