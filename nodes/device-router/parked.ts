/** Keeps what a device-router knows, process-wide and by node id, while it is redeployed: the devices stay connected. */
import type { RouterState } from "../../lib/ack/router.ts";
import type { Tokens } from "./permits.ts";

export interface Parked {
  readonly network: string;
  readonly state: RouterState;
  readonly tokens: Tokens;
}

const parked = new Map<string, Parked>();

export function parkRouter(id: string, router: Parked): void {
  parked.set(id, router);
}

/** What the node's earlier instance left for this network. */
export function takeRouter(id: string, network: string): Parked | undefined {
  const found = parked.get(id);
  parked.delete(id);
  return found?.network === network ? found : undefined;
}
