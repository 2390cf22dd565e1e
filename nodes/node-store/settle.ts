/** Takes what a flow says became of a command that a feed handed out, after the wire. */
import type { Backend } from "../../backends/backend.ts";
import { Outboxes, type Sent } from "../../backends/outboxes.ts";
import type { StoreMessage } from "../../backends/store-messages.ts";
import { checkId, isExpired, type Outcome, outcomeOf } from "../../lib/commands/command.ts";
import { parseCursor } from "../../lib/store/cursor.ts";
import { checkDevice, quote } from "../../lib/store/ids.ts";

const ERROR_NAME = /^[A-Za-z]*Error: /;

/** Rejects with a RangeError that names the property which is missing or wrong. */
export async function settle(backend: Backend, message: StoreMessage): Promise<void> {
  const sent: Sent = {
    device: checkDevice(message.device),
    id: checkId("id", message.id),
    origin: checkId("origin", message.origin),
    cursor: checkCursor(message.cursor),
  };
  await Outboxes.of(backend).settle(sent, stateOf(message));
}

/** One that failed after its deadline has expired. */
function stateOf({ action, id, deadline, error }: StoreMessage): Outcome {
  if (action === "delivered") return outcomeOf(id as string, "delivered");
  const isLate = typeof deadline === "number" && isExpired({ deadline }, Date.now());
  return outcomeOf(id as string, isLate ? "expired" : "failed", detailOf(error));
}

/** A Catch node puts an object with a message there, and the name of the error's class before it. */
function detailOf(error: unknown): string | undefined {
  const text = typeof error === "object" && error !== null ? (error as Partial<Error>).message : error;
  return typeof text === "string" ? text.replace(ERROR_NAME, "") : undefined;
}

function checkCursor(cursor: unknown): string {
  if (typeof cursor === "string" && parseCursor(cursor)) return cursor;
  throw new RangeError(`"cursor" must be the one that a store feed gave the command, got ${quote(cursor)}`);
}
