/** Ends the sessions of this process that came in by tokens that no longer count. */
import { openSessions } from "../shared/sessions.ts";

export function endSessions(tokens: readonly string[]): void {
  const ended = new Set(tokens);
  for (const session of [...openSessions()]) {
    const token = session.identity?.token;
    if (token !== undefined && ended.has(token)) session.close("revoked");
  }
}
