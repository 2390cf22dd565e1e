/** The routes of a hub (RUNNING, "HTTP"): who may ask, and what is answered. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { answerQuery } from "../../backends/store-queries.ts";
import { ELEMENTS } from "../../lib/sse/event-form.ts";
import { readBrowserName } from "../../lib/sse/request.ts";
import { collectSamples } from "../shared/metrics.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { refusalOf } from "./access.ts";
import { send, sendError, sendJson } from "./answers.ts";
import { browserId } from "./browsers.ts";
import type { CommandIntake } from "./command-intake.ts";
import { serveEvents } from "./events.ts";
import { METRICS_TYPE, metricsText } from "./metrics-text.ts";
import type { Handler } from "./mount.ts";
import type { Pages } from "./pages.ts";
import { postCommand } from "./post-command.ts";
import { Sockets } from "./sockets.ts";
import { isStream } from "./stream-socket.ts";
import type { Streams } from "./streams.ts";

export interface Routed {
  readonly store: Pick<StoreBackendNode, "backend" | "open" | "subscribe">;
  readonly streams: Streams;
  readonly intake: CommandIntake;
  readonly pages: Pages;
}

interface Asked {
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Hub extends Routed {
  readonly sockets: Sockets;
}

type Route = (hub: Hub, asked: Asked) => void | Promise<void>;

/** Other routes answer GET, and HEAD with it. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  "/events": ["GET"],
  "/elements": ["GET"],
  "/socket": ["GET"],
  "/commands": ["POST"],
};
const READING = ["GET", "HEAD"];

const ROUTES: Readonly<Record<string, Route>> = {
  "/events": ({ streams }, { query, request, response }) => serveEvents(streams, query, request, response),
  "/elements": ({ streams }, { query, request, response }) => serveEvents(streams, query, request, response, ELEMENTS),
  "/socket": socket,
  "/commands": command,
  "/browsers": ({ streams }, { response }) => sendJson(response, 200, streams.browsers.list()),
  "/devices": (hub, { response }) => query(hub, response, "devices", {}),
  "/history": (hub, { query: given, response }) => query(hub, response, "history", historyOf(given)),
  "/health": health,
  "/metrics": (_, { response }) =>
    send(response, 200, metricsText(collectSamples()), { "Content-Type": METRICS_TYPE, "Cache-Control": "no-store" }),
};

export function handlerOf(routed: Routed): Handler {
  const hub = { ...routed, sockets: new Sockets(routed) };
  return (request, response) => {
    const { method = "", socket } = request;
    // A second request behind an event stream would write its answer into the stream.
    if (isStream(socket)) return void socket.destroy();
    const refusal = refusalOf(request);
    if (refusal) return sendError(response, 403, refusal.error, refusal.message);
    const [path, query] = splitUrl(request.url ?? "/");
    const route = routeOf(path, hub.pages);
    if (!route) return sendError(response, 404, "not-found", "There is nothing here.");
    const allowed = METHODS[path] ?? READING;
    if (!allowed.includes(method)) return refuseMethod(response, allowed.join(", "));
    follow(route, hub, { query, request, response }).catch((error: unknown) => fail(response, socket, error));
  };
}

/** A route may throw at once or later. */
async function follow(route: Route, hub: Hub, asked: Asked): Promise<void> {
  await route(hub, asked);
}

/** An answer that has begun cannot become another one. */
function fail(response: ServerResponse, socket: Socket, error: unknown): void {
  if (response.headersSent) socket.destroy();
  else sendError(response, 500, "failed", error instanceof Error ? error.message : String(error));
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  sendError(response, 405, "method", `Only ${allowed} is answered here.`, { Allow: allowed });
}

/** By hand: a URL would read `//name` as a host. */
function splitUrl(url: string): [string, URLSearchParams] {
  const mark = url.indexOf("?");
  if (mark < 0) return [url, new URLSearchParams()];
  return [url.slice(0, mark), new URLSearchParams(url.slice(mark + 1))];
}

function routeOf(path: string, pages: Pages): Route | undefined {
  if (Object.hasOwn(ROUTES, path)) return ROUTES[path];
  if (!pages.has(path)) return undefined;
  return (_, { query, request, response }) => pages.send(path, query.get("v"), request, response);
}

function socket({ sockets }: Hub, { query, request, response }: Asked): Promise<void> {
  return orBadRequest(response, () => sockets.serve(readBrowserName(query.get("browser")), request, response));
}

/** The browser names itself as it does for its event stream. */
async function command({ intake, store }: Routed, { query, request, response }: Asked): Promise<void> {
  const address = request.socket.remoteAddress ?? "";
  await orBadRequest(response, async () => {
    const sender = { id: browserId(readBrowserName(query.get("browser")), address), address };
    await postCommand(request, response, (body) => intake.submit(body, sender, store.backend));
  });
}

async function orBadRequest(response: ServerResponse, answer: () => Promise<void>): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sendError(response, 400, "bad-request", error.message);
  }
}

function health({ store }: Routed, { response }: Asked): void | Promise<void> {
  if (store.backend) return sendJson(response, 200, { status: "ok" });
  let detail = "";
  store.subscribe((state) => {
    detail = state.detail;
  })();
  const message = detail === "" ? "The store is opening." : detail;
  sendJson(response, 503, { status: "unavailable", error: "unavailable", message });
}

async function query({ store }: Routed, response: ServerResponse, action: string, given: object): Promise<void> {
  const { backend } = store;
  if (!backend) return sendError(response, 503, "unavailable", "The store is not ready; /health says why.");
  await orBadRequest(response, async () =>
    sendJson(response, 200, await answerQuery(backend, action, given, Date.now())),
  );
}

function historyOf(query: URLSearchParams): object {
  const number = (name: string) => {
    const text = query.get(name);
    return text === null || text === "" ? undefined : Number(text);
  };
  const { from, to, limit } = { from: number("from"), to: number("to"), limit: number("limit") };
  return { device: query.get("device"), type: query.get("type"), from, to, limit };
}
