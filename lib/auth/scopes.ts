/** What a token allows: `read:<filter>`, `publish:<filter>`, `command:<filter>` by topic, and `admin`. */
import { checkFilter, LIVE_ONLY } from "../store/topic.ts";

export type Right = "read" | "publish" | "command";

const RIGHTS: readonly string[] = ["read", "publish", "command"];
const ADMIN = "admin";
const MAX_SCOPES = 64;

/** Throws RangeError naming the scope. */
export function checkScopes(scopes: unknown): string[] {
  if (!Array.isArray(scopes) || scopes.length > MAX_SCOPES) {
    throw new RangeError(`"scopes" must be a list of ${MAX_SCOPES} at most`);
  }
  for (const scope of scopes) checkScope(scope);
  return [...new Set(scopes as string[])];
}

function checkScope(scope: unknown): void {
  if (scope === ADMIN) return;
  const [right, filter] = typeof scope === "string" ? partsOf(scope) : ["", ""];
  if (!RIGHTS.includes(right)) {
    throw new RangeError('"scopes" must be read:<filter>, publish:<filter>, command:<filter> or admin');
  }
  checkFilter(filter);
}

function partsOf(scope: string): [string, string] {
  const colon = scope.indexOf(":");
  return colon < 0 ? [scope, ""] : [scope.slice(0, colon), scope.slice(colon + 1)];
}

export function isAdmin(scopes: readonly string[]): boolean {
  return scopes.includes(ADMIN);
}

/** Whether everything that `filter` selects is allowed. An admin may read and command, and publishes like anybody. */
export function allows(scopes: readonly string[], right: Right, filter: string): boolean {
  if (right !== "publish" && isAdmin(scopes)) return true;
  // What is told of a network is for those who may read all of it.
  const asked = right === "read" && filter.startsWith(LIVE_ONLY) ? filter.slice(LIVE_ONLY.length) : filter;
  return scopes.some((scope) => {
    const [given, granted] = partsOf(scope);
    return given === right && covers(granted, asked);
  });
}

/** Whether a scope of this right is there at all, as pages need that show what the rest of it allows. */
export function allowsSome(scopes: readonly string[], right: Right): boolean {
  return isAdmin(scopes) || scopes.some((scope) => partsOf(scope)[0] === right);
}

/** Whether a scope of this right selects something of the device. */
export function allowsSomeOf(scopes: readonly string[], right: Right, device: string): boolean {
  if (allows(scopes, right, `${device}/#`)) return true;
  return scopes.some((scope) => {
    const [given, granted] = partsOf(scope);
    const levels = granted.split("/");
    // Without its last level it is a filter of devices.
    return given === right && levels.length > 2 && covers(levels.slice(0, -1).join("/"), device);
  });
}

/** Whether one filter selects all that another selects. */
export function covers(granted: string, asked: string): boolean {
  const levels = granted.split("/");
  const wanted = asked.split("/");
  if (wanted[0]!.startsWith("$") && levels[0] !== wanted[0]) return false;
  for (const [index, level] of levels.entries()) {
    if (level === "#") return true;
    if (index >= wanted.length || wanted[index] === "#") return false;
    if (level !== "+" && level !== wanted[index]) return false;
  }
  return wanted.length === levels.length;
}
