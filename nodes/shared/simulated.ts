/**
 * Who is simulated in this process. An endpoint knows a simulator by its being in this list, never by what it sends, so
 * that it takes no slot from a real peer; and it says here that it hears a real peer, so that simulators step aside.
 */
import { plainAddress } from "../../lib/ip.ts";
import { now } from "./drive.ts";

export type Transport = "udp" | "tcp";

const simulated = new Set<string>();
/** When a real peer was last heard, by the endpoint's transport and port. */
const heardAt: Readonly<Record<Transport, Map<number, number>>> = { udp: new Map(), tcp: new Map() };

/** A simulator speaks from this address and port of its own; the returned function ends that. */
export function addSimulated(transport: Transport, address: string, port: number): () => void {
  const key = keyOf(transport, address, port);
  simulated.add(key);
  return () => void simulated.delete(key);
}

/** Asked by an endpoint for the source of what it received. */
export function isSimulated(transport: Transport, address: string, port: number): boolean {
  return simulated.size > 0 && simulated.has(keyOf(transport, address, port));
}

/** Told by the endpoint that listens on this port: a peer that is not simulated is there now. */
export function noteRealPeer(transport: Transport, port: number): void {
  heardAt[transport].set(port, now());
}

/** Milliseconds since a real peer was heard at this port; infinite where there was none. */
export function sinceRealPeer(transport: Transport, port: number): number {
  return now() - (heardAt[transport].get(port) ?? Number.NEGATIVE_INFINITY);
}

function keyOf(transport: Transport, address: string, port: number): string {
  return `${transport} ${plainAddress(address)} ${port}`;
}
