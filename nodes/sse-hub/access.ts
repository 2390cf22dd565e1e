/** Who may ask a hub: the one rule that every route and every upgrade goes through. */
import type { IncomingMessage } from "node:http";
import { type Refusal, refuseOthers } from "../../lib/auth/this-machine.ts";

/** Null where the request may pass. */
export function refusalOf({ socket, method = "", headers }: IncomingMessage): Refusal | null {
  return refuseOthers({ remoteAddress: socket.remoteAddress, method, headers });
}

/** A page of another origin may not open a WebSocket with what this browser is let in by, whatever that is. */
export function isOwnOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
