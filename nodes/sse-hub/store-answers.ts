/** What a hub answers from its store: devices, history, and whether it is ready. */
import type { ServerResponse } from "node:http";
import { answerQuery } from "../../backends/store-queries.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import { topicOf } from "../../lib/store/topic.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { sendError, sendJson } from "./answers.ts";
import { withCommands } from "./offered-commands.ts";
import type { Views } from "./views.ts";
import { checkMay, checkReads, readable, type Visitor } from "./visitor.ts";

type Store = Pick<StoreBackendNode, "backend" | "subscribe">;

export function answerHealth(store: Store, response: ServerResponse): void {
  if (store.backend) sendJson(response, 200, { status: "ok" });
  else answerUnready(store, response);
}

function answerUnready(store: Store, response: ServerResponse): void {
  let detail = "";
  store.subscribe((state) => {
    detail = state.detail;
  })();
  const message = detail === "" ? "The store is opening." : detail;
  sendJson(response, 503, { status: "unavailable", error: "unavailable", message });
}

export async function answerDevices(
  { store, views }: { readonly store: Store; readonly views: Views },
  visitor: Visitor,
  response: ServerResponse,
): Promise<void> {
  checkReads(visitor);
  await query(store, response, "devices", {}, (list) =>
    withCommands(readable(list as DeviceRecord[], visitor), views.list(), visitor),
  );
}

export async function answerHistory(
  store: Store,
  visitor: Visitor,
  given: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const wanted = historyOf(given);
  if (wanted.device && wanted.type) checkMay(visitor, "read", [topicOf(wanted.device, wanted.type)]);
  await query(store, response, "history", wanted);
}

async function query(
  { backend }: Store,
  response: ServerResponse,
  action: string,
  given: object,
  shown: (answer: unknown) => unknown = (answer) => answer,
): Promise<void> {
  if (!backend) return sendError(response, 503, "unavailable", "The store is not ready; /health says why.");
  await orBadRequest(response, async () =>
    sendJson(response, 200, shown(await answerQuery(backend, action, given, Date.now()))),
  );
}

interface WantedHistory {
  readonly device: string | null;
  readonly type: string | null;
  /** Text where it is no number: its fault is told as it came. */
  readonly from: number | string | undefined;
  readonly to: number | string | undefined;
  readonly limit: number | string | undefined;
}

function historyOf(query: URLSearchParams): WantedHistory {
  const number = (name: string) => {
    const text = query.get(name);
    if (text === null || text === "") return undefined;
    return Number.isNaN(Number(text)) ? text : Number(text);
  };
  const { from, to, limit } = { from: number("from"), to: number("to"), limit: number("limit") };
  return { device: query.get("device"), type: query.get("type"), from, to, limit };
}

export async function orBadRequest(response: ServerResponse, answer: () => Promise<void>): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendError(response, 400, "bad-request", error.message);
  }
}
