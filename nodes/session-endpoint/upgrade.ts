/** Which WebSocket openings are refused, and what their client is told. */
import type { IncomingMessage } from "node:http";
import type { ConnectionRefusal } from "./tally.ts";

export interface UpgradeRules {
  /** Empty: any. */
  readonly path: string;
  /** Origins of pages that may connect; programs send none, and pass. */
  readonly origins: readonly string[];
}

export interface UpgradeRefusal {
  readonly reason: ConnectionRefusal;
  readonly status: string;
}

export function refuseUpgrade(request: IncomingMessage, { path, origins }: UpgradeRules): UpgradeRefusal | null {
  const { origin } = request.headers;
  if (origin !== undefined && !origins.includes(origin)) return { reason: "origin", status: "403 Forbidden" };
  if (path !== "" && pathOf(request) !== path) return { reason: "path", status: "404 Not Found" };
  return null;
}

/** Without the query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0]!;
}

/** What a flow may know of an opening. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const told: Record<string, string> = {};
  if (headers["user-agent"] !== undefined) told["user-agent"] = headers["user-agent"];
  if (headers.origin !== undefined) told.origin = headers.origin;
  return told;
}
