/** Keeps which sessions there are, and what robots have reported, process-wide and by node id, while a gateway-api is redeployed. */
import type { KnownSession } from "../../lib/gateway-api/client.ts";
import type { JsonObject } from "../../lib/json/safe-json.ts";

export interface Parked {
  readonly sessions: readonly KnownSession[];
  readonly robots: readonly JsonObject[];
}

const parked = new Map<string, Parked>();

export function parkGateway(id: string, gateway: Parked): void {
  parked.set(id, gateway);
}

/** What the node's earlier instance left; nothing where there is none. */
export function takeGateway(id: string): Parked {
  const found = parked.get(id) ?? { sessions: [], robots: [] };
  parked.delete(id);
  return found;
}

export function forgetGateways(): void {
  parked.clear();
}
