/** The routes of a hub (PROTOCOLS 7): who may ask, and what is answered. */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ELEMENTS } from "../../lib/sse/event-form.ts";
import { readBrowserName } from "../../lib/sse/request.ts";
import { readViewPath } from "../../lib/sse/view-path.ts";
import { listFieldBrowsers } from "../shared/field-browsers.ts";
import { collectSamples } from "../shared/metrics.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import type { Access } from "./access.ts";
import { send, sendError, sendJson } from "./answers.ts";
import { browserId } from "./browsers.ts";
import type { CommandIntake } from "./command-intake.ts";
import { answerDevicePage, isDevicePath } from "./device-route.ts";
import { serveEvents } from "./events.ts";
import { METRICS_TYPE, metricsText } from "./metrics-text.ts";
import type { Handler } from "./mount.ts";
import type { Pages } from "./pages.ts";
import { postCommand } from "./post-command.ts";
import type { SignIns } from "./sign-in.ts";
import { Sockets } from "./sockets.ts";
import { answerDevices, answerHealth, answerHistory, orBadRequest } from "./store-answers.ts";
import { isStream } from "./stream-socket.ts";
import type { Streams } from "./streams.ts";
import { viewLinks } from "./view-links.ts";
import { answerView } from "./view-route.ts";
import type { Views } from "./views.ts";
import { type Asked, checkReads, checkReadsAll, checkReadsOrCommands, Forbidden, NOBODY } from "./visitor.ts";

export interface Routed {
  readonly store: Pick<StoreBackendNode, "backend" | "open" | "subscribe">;
  readonly streams: Streams;
  readonly intake: CommandIntake;
  readonly pages: Pages;
  readonly access: Access;
  readonly signIns: SignIns;
  readonly views: Views;
}

interface Hub extends Routed {
  readonly sockets: Sockets;
}

type Route = (hub: Hub, asked: Asked) => void | Promise<void>;

/** Other routes answer GET, and HEAD with it. */
export const METHODS: Readonly<Record<string, readonly string[]>> = {
  "/events": ["GET"],
  "/elements": ["GET"],
  "/socket": ["GET"],
  "/commands": ["POST"],
  "/token": ["POST"],
  "/ticket": ["POST"],
};
const READING = ["GET", "HEAD"];

const ROUTES: Readonly<Record<string, Route>> = {
  "/token": ({ signIns }, { request, response }) => signIns.token(request, response),
  "/events": ({ streams, access, views }, asked) => serveEvents({ streams, access, views, ...asked }),
  "/elements": ({ streams, access, views }, asked) => serveEvents({ streams, access, views, ...asked, form: ELEMENTS }),
  "/socket": socket,
  "/commands": command,
  "/ticket": ({ signIns }, { visitor, response }) => signIns.ticket(visitor, response),
  "/browsers": ({ streams }, { visitor, response }) => {
    checkReadsAll(visitor);
    sendJson(response, 200, [...streams.browsers.list(), ...listFieldBrowsers()]);
  },
  "/devices": (hub, { visitor, response }) => answerDevices(hub, visitor, response),
  "/history": ({ store }, { visitor, query, response }) => answerHistory(store, visitor, query, response),
  "/health": ({ store }, { response }) => answerHealth(store, response),
  "/metrics": (_, { visitor, response }) => {
    checkReadsAll(visitor);
    const headers = { "Content-Type": METRICS_TYPE, "Cache-Control": "no-store" };
    send(response, 200, metricsText(collectSamples()), headers);
  },
};

/** All but the pages. */
export const ROUTE_PATHS: readonly string[] = Object.keys(ROUTES);

/** The one route that is open: it lets in by what it is given. */
const TOKEN = "/token";

export function handlerOf(routed: Routed): Handler {
  const hub = { ...routed, sockets: new Sockets(routed) };
  return (request, response) => {
    const { method = "", socket } = request;
    // A second request behind an event stream would write its answer into the stream.
    if (isStream(socket)) return void socket.destroy();
    const [path, query] = splitUrl(request.url ?? "/");
    const visitor = path === TOKEN ? NOBODY : hub.access.admit(request, response, query);
    if ("status" in visitor) return hub.signIns.refuse(visitor, request, response);
    const route = routeOf(path, query, hub);
    if (!route) return sendError(response, 404, "not-found", "There is nothing here.");
    const allowed = METHODS[path] ?? READING;
    if (!allowed.includes(method)) return refuseMethod(response, allowed.join(", "));
    follow(route, hub, { visitor, query, request, response }).catch((error) => fail(response, socket, error));
  };
}

/** A route may throw at once or later. */
async function follow(route: Route, hub: Hub, asked: Asked): Promise<void> {
  await route(hub, asked);
}

/** An answer that has begun cannot become another one. */
function fail(response: ServerResponse, socket: Socket, error: unknown): void {
  if (response.headersSent) socket.destroy();
  else if (error instanceof Forbidden) sendError(response, 403, "forbidden", error.message);
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

function routeOf(path: string, query: URLSearchParams, hub: Hub): Route | undefined {
  if (Object.hasOwn(ROUTES, path)) return ROUTES[path];
  const route = pageRouteOf(path, hub);
  if (!route || !query.has("ticket")) return route;
  return ({ signIns }, { visitor, request, response }) => signIns.exchange(visitor, path, query, request, response);
}

function pageRouteOf(path: string, { pages }: Hub): Route | undefined {
  if (pages.has(path) && isDevicePath(path)) return (hub, asked) => answerDevicePage(hub, path, asked);
  if (pages.has(path)) return (hub, asked) => page(hub, path, asked);
  const viewPath = readViewPath(path);
  return viewPath ? (hub, asked) => answerView(hub, viewPath, asked) : undefined;
}

function page({ pages, views }: Hub, path: string, { visitor, query, request, response }: Asked): void {
  checkReads(visitor);
  const links = viewLinks(pages.base, views.list(), visitor);
  pages.send(path, { version: query.get("v"), links }, request, response);
}

function socket({ sockets }: Hub, { visitor, query, request, response }: Asked): Promise<void> {
  checkReadsOrCommands(visitor);
  return orBadRequest(response, () => sockets.serve(readBrowserName(query.get("browser")), visitor, request, response));
}

/** The browser names itself as it does for its event stream. */
async function command({ intake, store }: Routed, { visitor, query, request, response }: Asked): Promise<void> {
  const address = request.socket.remoteAddress ?? "";
  await orBadRequest(response, async () => {
    const sender = { id: browserId(readBrowserName(query.get("browser")), address), address, visitor };
    await postCommand(request, response, (body) => intake.submit(body, sender, store.backend));
  });
}
