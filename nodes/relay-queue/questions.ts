/** What a relay-queue is asked, by `msg.action`, and the form of its answers. */
import type { QueuedMessage } from "../../lib/queue/queued-message.ts";
import type { GatehouseMessage } from "../shared/message.ts";

export interface Input {
  readonly message: GatehouseMessage;
  readonly answer: (message: GatehouseMessage) => void;
  readonly done: (error?: Error) => void;
}

/** What `next` and `peek` answer where there is nothing (PROTOCOLS 5.2). */
const NONE = "none";

export function actionOf({ action }: GatehouseMessage): string {
  return action === undefined || action === "" ? "put" : action;
}

export function readerOf({ _session }: GatehouseMessage): string | undefined {
  return _session?.id;
}

/** Who asks without a session is one reader. */
export function askedBy(message: GatehouseMessage): { readonly reader: string; readonly now: number } {
  return { reader: readerOf(message) ?? "", now: Date.now() };
}

export function answerFound({ message, answer }: Input, queue: string, found: QueuedMessage | null): void {
  answer(answered(message, { queue, ...(found ?? { payload: NONE }) }));
}

export function answerCount({ message, answer }: Input, queue: string, payload: number): void {
  answer(answered(message, { queue, payload }));
}

/** The question, with what was found; it is no question any more. */
function answered(message: GatehouseMessage, found: object): GatehouseMessage {
  const { action: _action, ...rest } = message;
  return Object.assign(rest, found) as GatehouseMessage;
}
