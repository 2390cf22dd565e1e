/** Names sessions, as in `msg._session`: never twice, over restarts too. */
import { randomBytes } from "node:crypto";

export interface SessionRef {
  readonly type: "session";
  readonly id: string;
}

const PROCESS = randomBytes(6).toString("hex");
let minted = 0;

export function mintRef(): SessionRef {
  return { type: "session", id: `${PROCESS}-${(++minted).toString(36)}` };
}
