/** The options of device-token-auth, and how its form names them. */
import type { NodeAPI } from "node-red";
import type { Right } from "../../lib/auth/scopes.ts";
import { choiceOption, type Fields, flagOption, idOption, textOption } from "../shared/options.ts";
import { registryOf, type TokenRegistryNode } from "../token-registry.ts";

/** Where the token stands: in every message, in the first of a session, or in the headers of an HTTP request. */
export type Mode = "message" | "session" | "headers";

export interface AuthOptions {
  readonly registry: TokenRegistryNode;
  readonly mode: Mode;
  /** Name of the token's field in a JSON payload. */
  readonly field: string;
  /** What the token must allow for the message's device; `none` asks only whose it is. */
  readonly right: Right | "none";
  /** The network whose device a user is: `robot` makes `robot/benbot` of `benbot`; empty for none. */
  readonly network: string;
  /** What ends a reply. */
  readonly ending: string;
  /** Sessions of this machine need no token: an open field protocol. */
  readonly isOpen: boolean;
}

const MODES: readonly Mode[] = ["message", "session", "headers"];
const RIGHTS: readonly AuthOptions["right"][] = ["publish", "command", "read", "none"];
const ENDINGS = { none: "", lf: "\n", crlf: "\r\n" } as const;
const MAX_FIELD_LENGTH = 64;

/** Throws RangeError naming the field. */
export function readAuthOptions(RED: NodeAPI, fields: Fields): AuthOptions {
  const field = textOption(fields, "field", "token");
  if (field.length > MAX_FIELD_LENGTH) throw new RangeError(`"field" must have 1..${MAX_FIELD_LENGTH} characters`);
  const ending = choiceOption(fields, "ending", Object.keys(ENDINGS) as (keyof typeof ENDINGS)[], "none");
  return {
    registry: registryOf(RED, fields.registry),
    mode: choiceOption(fields, "mode", MODES, "message"),
    field,
    right: choiceOption(fields, "right", RIGHTS, "publish"),
    network: idOption(fields, "network", ""),
    ending: ENDINGS[ending],
    isOpen: flagOption(fields, "open", false),
  };
}
