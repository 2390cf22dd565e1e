/** What a refused peer is told, ready to be sent. */
import type { AuthFault } from "../../lib/auth/gate.ts";
import type { JsonFault } from "../../lib/json/safe-json.ts";

/** `forbidden`: the token is right, and does not allow this. */
export type RefusalReason = AuthFault | JsonFault | "forbidden";

export interface Refusal {
  readonly reason: RefusalReason;
  readonly waitMs?: number;
}

interface Answer {
  readonly error: "unauthorized" | "malformed" | "forbidden" | "later" | "unavailable";
  readonly status: number;
}

const UNAUTHORIZED: Answer = { error: "unauthorized", status: 401 };
const MALFORMED: Answer = { error: "malformed", status: 400 };

const ANSWERS: Readonly<Record<RefusalReason, Answer>> = {
  missing: UNAUTHORIZED,
  unknown: UNAUTHORIZED,
  expired: UNAUTHORIZED,
  revoked: UNAUTHORIZED,
  malformed: MALFORMED,
  "not-object": MALFORMED,
  "too-deep": MALFORMED,
  "forbidden-name": MALFORMED,
  forbidden: { error: "forbidden", status: 403 },
  later: { error: "later", status: 429 },
  unready: { error: "unavailable", status: 503 },
};

export function answerTo(reason: RefusalReason): Answer {
  return ANSWERS[reason];
}

/** One line of JSON, such as `{"error":"unauthorized"}`. */
export function replyTo({ reason, waitMs }: Refusal, ending: string): string {
  const { error } = ANSWERS[reason];
  return JSON.stringify(waitMs === undefined ? { error } : { error, ms: Math.ceil(waitMs) }) + ending;
}

/** For `http response`; the scheme is named where a token would help. */
export function headersOf({ reason, waitMs }: Refusal): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
  };
  if (ANSWERS[reason] === UNAUTHORIZED) headers["WWW-Authenticate"] = 'Bearer realm="gatehouse"';
  if (waitMs !== undefined) headers["Retry-After"] = String(Math.ceil(waitMs / 1000));
  return headers;
}
