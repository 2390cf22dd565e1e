/** Who may ask a hub: the one rule that every route and every upgrade goes through. */
import type { IncomingMessage } from "node:http";
import { type Refusal, refuseOthers } from "../../lib/auth/this-machine.ts";

/** Null where the request may pass. */
export function refusalOf({ socket, method = "", headers }: IncomingMessage): Refusal | null {
  return refuseOthers({ remoteAddress: socket.remoteAddress, method, headers });
}
