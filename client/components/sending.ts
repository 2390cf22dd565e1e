/** Commands of this page: each is sent, and whoever sent it hears what becomes of it. */
import type { Outcome } from "../../lib/commands/command.ts";
import { type Command, command } from "../api.ts";
import { faultOf, RequestFault } from "../fault.ts";
import { source } from "./page-source.ts";

export interface CommandState {
  readonly name: "pending" | "delivered" | "failed" | "expired" | "offline";
  readonly detail: string;
}

type Tell = (state: CommandState) => void;

/** The hub tells of a command's end within its deadline and some seconds; what it has not told by then is not known. */
const GRACE_MS = 10_000;
const DEADLINE_MS = 10_000;
/** Outcomes that came before the answer with the command's id. */
const MAX_EARLY = 20;

const waiting = new Map<string, Tell>();
const early = new Map<string, Outcome>();
let watches = false;

export async function sendCommand(sent: Command, tell: Tell): Promise<void> {
  if (!watches) source().watch({ outcome });
  watches = true;
  tell({ name: "pending", detail: "" });
  try {
    const { base, live } = source();
    const id = await command(base, sent, live.browser);
    const told = early.get(id);
    early.delete(id);
    if (told) tellOutcome(tell, told);
    else wait(id, tell);
  } catch (fault) {
    const offline = fault instanceof RequestFault && fault.status === 404;
    tell({ name: offline ? "offline" : "failed", detail: faultOf(fault) });
  }
}

function wait(id: string, tell: Tell): void {
  waiting.set(id, tell);
  setTimeout(() => {
    if (waiting.delete(id)) tell({ name: "expired", detail: "nobody said what became of it" });
  }, DEADLINE_MS + GRACE_MS);
}

function outcome(told: Outcome): void {
  const tell = waiting.get(told.id);
  waiting.delete(told.id);
  if (tell) tellOutcome(tell, told);
  else if (early.size < MAX_EARLY) early.set(told.id, told);
}

function tellOutcome(tell: Tell, { state, detail }: Outcome): void {
  tell({ name: state, detail: detail ?? "" });
}
