/** Takes the token out of a message: what is left of the payload, and what was presented. */
import { readCredentials } from "../../lib/auth/authorization.ts";
import { withoutMember } from "../../lib/json/members.ts";
import {
  faultOf,
  isJsonObject,
  type JsonFault,
  type JsonObject,
  type Read,
  readJsonObject,
} from "../../lib/json/safe-json.ts";
import type { AuthOptions } from "./read-options.ts";

interface Presented {
  readonly token: string | undefined;
  /** Whose it is said to be. */
  readonly name?: string;
  /** Without the token. */
  readonly payload: unknown;
  /** The text that the payload was read from, without the token: an object's fields lose their order, numbers their digits. */
  readonly raw?: Uint8Array;
}

/** A field's name may be written with it. */
const ESCAPE = "\\u";

/** They have been read: no debug node is to show them. */
const HEADERS = ["authorization", "x-gatehouse-token", "cookie"];

export interface Arrived {
  payload?: unknown;
  req?: { readonly headers?: Record<string, string | string[] | undefined> };
}

export function presentedIn(message: Arrived, { mode, field }: AuthOptions): Presented | { readonly fault: JsonFault } {
  if (mode === "headers") return fromHeaders(message);
  const { payload } = message;
  const text = textOf(payload);
  const read = text === null ? readObject(payload) : readJsonObject(text);
  if ("fault" in read) return read;
  const { [field]: given, ...rest } = read.value;
  const token = typeof given === "string" ? given : undefined;
  if (text === null) return { token, payload: rest };
  if (mode === "message") return { token, payload: rest, raw: Buffer.from(withoutMember(text, field)) };
  // The first message of a session leaves as those that follow it: text as text.
  return { token, payload: typeof payload === "string" ? withoutMember(text, field) : rest };
}

/** What comes after the token was shown, without it: a peer may go on to send it. What has none is passed on untouched. */
export function withoutToken(payload: unknown, { field }: AuthOptions): unknown {
  const text = textOf(payload);
  if (text === null) return isJsonObject(payload) && Object.hasOwn(payload, field) ? omitted(payload, field) : payload;
  if (!text.includes(field) && !text.includes(ESCAPE)) return payload;
  const read = readJsonObject(text);
  if ("fault" in read || !Object.hasOwn(read.value, field)) return payload;
  const rest = withoutMember(text, field);
  return typeof payload === "string" ? rest : Buffer.from(rest);
}

function omitted({ ...rest }: JsonObject, field: string): JsonObject {
  delete rest[field];
  return rest;
}

function textOf(payload: unknown): string | null {
  if (typeof payload === "string") return payload;
  return payload instanceof Uint8Array ? Buffer.from(payload).toString("utf8") : null;
}

function readObject(payload: unknown): Read<JsonObject> {
  if (!isJsonObject(payload)) return { fault: "not-object" };
  const fault = faultOf(payload);
  return fault === null ? { value: payload } : { fault };
}

function fromHeaders({ payload, req }: Arrived): Presented | { readonly fault: JsonFault } {
  const fault = faultOf(payload);
  if (fault !== null) return { fault };
  const credentials = readCredentials(req?.headers ?? {});
  for (const name of HEADERS) delete req?.headers?.[name];
  return { token: undefined, payload, ...credentials };
}
