/** Tells the outcome of a command, as a node-store sends it, from a reading. */
import type { Outcome } from "../../lib/commands/command.ts";
import type { GatehouseMessage, Session } from "../shared/message.ts";

export type OutcomeMessage = {
  readonly type: "outcome";
  readonly payload: Outcome;
  /** Who sent the command; a reading never has one together with an outcome. */
  readonly _session: Session;
};

const STATES: ReadonlySet<unknown> = new Set(["delivered", "failed", "expired"]);

export function isOutcome(message: object): message is OutcomeMessage {
  const { type, payload, _session: session } = message as Partial<GatehouseMessage>;
  if (type !== "outcome" || typeof payload !== "object" || payload === null) return false;
  const { id, state } = payload as Partial<Outcome>;
  return typeof id === "string" && STATES.has(state) && typeof session?.id === "string";
}
