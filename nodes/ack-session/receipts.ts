/** Messages that a flow has been handed, until it says that it has them: all parts stored, or done with. */
import type { Held } from "../../backends/inbox.ts";
import type { GatehouseMessage } from "../shared/message.ts";

interface Pending {
  readonly held: Held;
  /** Parts that are stored. */
  stored: number;
}

export class Receipts {
  readonly #pending = new Map<string, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  add(id: string, held: Held): void {
    this.#pending.set(id, { held, stored: 0 });
  }

  /** Null while parts are missing, or where nothing of this id waits. */
  take(message: GatehouseMessage): Held | null {
    const pending = typeof message.id === "string" ? this.#pending.get(message.id) : undefined;
    if (!pending) return null;
    pending.stored++;
    if (message.action !== "failed" && pending.stored < partsOf(message)) return null;
    this.#pending.delete(message.id!);
    return pending.held;
  }
}

/** As a splitter sets it. */
function partsOf({ parts }: GatehouseMessage): number {
  const count = (parts as { readonly count?: unknown } | undefined)?.count;
  return typeof count === "number" ? count : 1;
}
