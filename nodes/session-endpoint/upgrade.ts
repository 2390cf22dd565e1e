/** Which WebSocket openings are refused, and what their client is told. */
import type { IncomingMessage } from "node:http";
import { PROCESS_HEADER } from "../shared/process-name.ts";
import type { ConnectionRefusal } from "./tally.ts";

interface UpgradeRules {
  /** Empty: any. */
  readonly path: string;
  /** Origins of pages that may connect; programs send none, and pass. */
  readonly origins: readonly string[];
}

interface UpgradeRefusal {
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
  const told = ["user-agent", "origin", PROCESS_HEADER].map((name) => [name, headers[name]]);
  return Object.fromEntries(told.filter(([, value]) => typeof value === "string"));
}
