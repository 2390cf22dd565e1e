/** The process-wide list of open sessions: any node may answer one, say whose it is, or end it, whatever endpoint it belongs to. */
import { Roster } from "../../lib/roster.ts";
import type { SendFault } from "./send-fault.ts";

export interface Identity {
  readonly user?: string;
  readonly device?: string;
  /** The token's id, never its text. */
  readonly token?: string;
}

export interface SendOptions {
  /** What a queue goes by that keeps the newest of each topic. */
  readonly topic?: string | undefined;
  /** Milliseconds since 1970 after which it must not be sent. */
  readonly deadline?: number | undefined;
}

export interface OpenSession {
  /** As in `msg._session.id`; never given twice, over restarts too. */
  readonly id: string;
  /** The id of the endpoint's node. */
  readonly endpoint: string;
  readonly address: string;
  readonly identity: Identity | null;
  identify(identity: Identity): void;
  /** Bytes, text, or an object as JSON; null, or why it was not taken. */
  send(payload: unknown, options?: SendOptions): SendFault | null;
  /** Ends it once what was sent before is written; nothing more is heard from it. Idempotent. */
  close(reason: string): void;
}

const open = new Roster<string, OpenSession>();

export function findSession(id: string): OpenSession | undefined {
  return open.get(id);
}

export function openSessions(): Iterable<OpenSession> {
  return open.values();
}

/** For endpoints. */
export function addSession(session: OpenSession): void {
  open.set(session.id, session);
}

/** For endpoints. Idempotent. */
export function removeSession({ id }: OpenSession): void {
  open.delete(id);
}
