/** Takes the token out of a message: what is left of the payload, and what was presented. */
import { readCredentials } from "../../lib/auth/authorization.ts";
import {
  faultOf,
  isJsonObject,
  type JsonFault,
  type JsonObject,
  type Read,
  readJsonObject,
} from "../../lib/json/safe-json.ts";
import type { AuthOptions } from "./read-options.ts";

export interface Presented {
  readonly token: string | undefined;
  /** Whose it is said to be. */
  readonly name?: string;
  /** Without the token. */
  readonly payload: unknown;
}

/** They have been read: no debug node is to show them. */
const HEADERS = ["authorization", "x-gatehouse-token", "cookie"];

export interface Arrived {
  payload?: unknown;
  req?: { readonly headers?: Record<string, string | string[] | undefined> };
}

export function presentedIn(message: Arrived, { mode, field }: AuthOptions): Presented | { readonly fault: JsonFault } {
  if (mode === "headers") return fromHeaders(message);
  const { payload } = message;
  const read = readPayload(payload);
  if ("fault" in read) return read;
  const { [field]: token, ...rest } = read.value;
  // The first message of a session leaves as those that follow it: text as text.
  const isKept = mode === "message" || typeof payload !== "string";
  return { token: typeof token === "string" ? token : undefined, payload: isKept ? rest : JSON.stringify(rest) };
}

function readPayload(payload: unknown): Read<JsonObject> {
  if (typeof payload === "string") return readJsonObject(payload);
  if (payload instanceof Uint8Array) return readJsonObject(Buffer.from(payload).toString("utf8"));
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
