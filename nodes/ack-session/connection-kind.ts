/** What a connection is taken for before it says who it is. It classifies only, and never authorises. */
import type { ConnectionKind } from "../../lib/ack/identity.ts";

/** A page of a browser that is a device says so by the path, since it cannot do without a User-Agent. */
export function kindOf({ path, headers }: Record<string, unknown>): ConnectionKind {
  const agent = (headers as Record<string, unknown> | undefined)?.["user-agent"];
  const isDevice = typeof path !== "string" || /^\/device(?:\?|$)/.test(path);
  return isDevice || agent === undefined ? "device" : "browser";
}
