/** Tells apart what comes in by the one input of an ack-session, and keeps it while the store is opening. */
import type { GatehouseMessage } from "../shared/message.ts";
import { isList } from "../shared/message-list.ts";
import type { Outputs } from "./outputs.ts";
import type { Role } from "./role.ts";

type Done = (error?: Error) => void;

/** Events and answers that no peer is told of. */
const UNTOLD: ReadonlySet<unknown> = new Set(["dropped", "forgotten", "outcome"]);
/** Messages that wait for the store. */
const MAX_WAITING = 10_000;

export class Inputs {
  role: Role | null = null;
  readonly #outputs: Outputs;
  #isStopped = false;
  #waiting: { readonly message: GatehouseMessage; readonly done: Done }[] = [];

  constructor(outputs: Outputs) {
    this.#outputs = outputs;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Not where the node was closed while it waited for its store. */
  begin(make: () => Role): void {
    if (this.#isStopped) return;
    void this.role?.stop();
    this.role = make();
    this.#outputs.event("started", { payload: {} });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, done } of waiting) this.take(message, done);
  }

  take(message: GatehouseMessage, done: Done): void {
    if (this.role) this.#perform(this.role, message, done);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ message, done });
    else {
      this.#outputs.drop("queue-full", message);
      done(new Error(`queue full: ${MAX_WAITING} messages wait for the store to open`));
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { message, done } of this.#waiting.splice(0)) {
      this.#outputs.drop("stopped", message);
      done();
    }
    await this.role?.stop();
  }

  #perform(role: Role, message: GatehouseMessage, done: Done): void {
    let first: Error | undefined;
    for (const one of isList(message) ? message.payload : [message]) first ??= faultOf(() => dispatch(role, one));
    done(first);
  }
}

function faultOf(attempt: () => void): Error | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Of a session, a confirmation by a store or a flow, or a message for a peer. */
function dispatch(role: Role, message: GatehouseMessage): void {
  const { type, action, _session } = message;
  if (_session?.type === "session" && message.peer === undefined) ofSession(role, message);
  else if (action === "delivered" || action === "failed") role.confirm(message);
  else if (!UNTOLD.has(type)) role.send(message);
}

function ofSession(role: Role, message: GatehouseMessage): void {
  const { type } = message;
  if (type === "opened") role.opened(message);
  else if (type === "closed") role.closed(message);
  else if (type === "added" || type === "removed") role.target(message);
  else if (type === undefined) role.received(message);
}
