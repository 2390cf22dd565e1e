/** Keeps who waits for outcomes, process-wide and by node id, while the flows around them are redeployed. */
import type { PendingCommands } from "../../lib/commands/pending.ts";

export interface Parked {
  readonly origin: string;
  readonly pending: PendingCommands;
}

const parked = new Map<string, Parked>();

export function parkCommands(id: string, commands: Parked): void {
  parked.set(id, commands);
}

/** What the node's earlier instance left; null where there is none. */
export function takeCommands(id: string): Parked | null {
  const found = parked.get(id) ?? null;
  parked.delete(id);
  return found;
}

export function forgetCommands(): void {
  parked.clear();
}
