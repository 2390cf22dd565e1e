/** Who asks a hub, and what they may. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { allows, allowsSome, isAdmin, type Right } from "../../lib/auth/scopes.ts";
import type { Holder } from "../../lib/auth/token-table.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import { LIVE_ONLY, topicOf } from "../../lib/store/topic.ts";

export interface Visitor {
  readonly scopes: readonly string[];
  /** Absent where this machine itself asks, or a user of the editor. */
  readonly account?: string;
  /** Id of the token that it came in by. */
  readonly token?: string;
}

/** A request of somebody who is let in. */
export interface Asked {
  readonly visitor: Visitor;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where a hub lets this machine itself read and command. */
export const THIS_MACHINE: Visitor = { scopes: ["read:#", "command:#"] };

/** Who signs in just now. */
export const NOBODY: Visitor = { scopes: [] };

export function visitorOf({ account, scopes, token }: Holder): Visitor {
  return { account, scopes, token };
}

/** The token is right and does not allow this. */
export class Forbidden extends Error {}

/** Throws Forbidden where one of the filters selects what is not allowed. What is no reading counts as one here. */
export function checkMay({ scopes }: Visitor, right: Right, filters: readonly string[]): void {
  const refused = filters.find((filter) => !allows(scopes, right, filter.replace(LIVE_ONLY, "")));
  if (refused !== undefined) throw new Forbidden(`Your token does not allow ${right}:${refused}.`);
}

/** For pages and lists, which show what the visitor may read. */
export function checkReads({ scopes }: Visitor): void {
  if (!allowsSome(scopes, "read")) throw new Forbidden("Your token does not allow to read anything.");
}

/** For a connection that does either. */
export function checkReadsOrCommands({ scopes }: Visitor): void {
  if (!allowsSome(scopes, "read") && !allowsSome(scopes, "command")) {
    throw new Forbidden("Your token allows neither to read nor to command.");
  }
}

/** What of a list of devices the visitor may read. */
export function readable(devices: readonly DeviceRecord[], { scopes }: Visitor): readonly DeviceRecord[] {
  if (allows(scopes, "read", "#")) return devices;
  return devices.flatMap((record) => {
    if (allows(scopes, "read", topicOf(record.device, "#"))) return [record];
    const types = Object.entries(record.types).filter(([type]) => allows(scopes, "read", topicOf(record.device, type)));
    return types.length > 0 ? [{ ...record, types: Object.fromEntries(types) }] : [];
  });
}

/** For what concerns all devices and browsers. */
export function checkReadsAll({ scopes }: Visitor): void {
  if (!isAdmin(scopes) && !allows(scopes, "read", "#")) throw new Forbidden("Your token does not allow read:#.");
}
