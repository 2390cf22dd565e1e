/** Messages that a flow has been handed, until it says that it has them: all parts stored, or done with. */
import type { Receipt } from "../../backends/inbox.ts";
import type { GatehouseMessage } from "../shared/message.ts";

interface Pending {
  readonly receipt: Receipt;
  /** Parts that are stored. */
  stored: number;
}

export class Receipts {
  readonly #pending = new Map<string, Pending>();

  get size(): number {
    return this.#pending.size;
  }

  add(id: string, receipt: Receipt): void {
    this.#pending.set(id, { receipt, stored: 0 });
  }

  /** Null while parts are missing, or where nothing of this id waits. */
  take(message: GatehouseMessage): Receipt | null {
    const pending = typeof message.id === "string" ? this.#pending.get(message.id) : undefined;
    if (!pending) return null;
    pending.stored++;
    if (message.action === undefined && pending.stored < partsOf(message)) return null;
    this.#pending.delete(message.id!);
    return pending.receipt;
  }
}

/** As a splitter sets it. */
function partsOf({ parts }: GatehouseMessage): number {
  const count = (parts as { readonly count?: unknown } | undefined)?.count;
  return typeof count === "number" ? count : 1;
}
