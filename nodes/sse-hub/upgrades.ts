/**
 * Lets a request to upgrade reach the server's ordinary handlers, so that whatever guards the path (Node-RED's
 * `httpNodeAuth`, a middleware, the hub's own rule) guards its WebSocket too.
 */
import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Upgrade {
  readonly socket: Socket;
  /** What came behind the request's head. */
  readonly head: Buffer;
}

/** One listener for each server and for its whole life: a path whose hub is away for a moment answers by its mount. */
const paths = new WeakMap<Server, Set<string>>();
const upgrades = new WeakMap<IncomingMessage, Upgrade>();

export function routeUpgrades(server: Server, path: string): void {
  const known = paths.get(server);
  if (known) {
    known.add(path);
    return;
  }
  const routed = new Set([path]);
  paths.set(server, routed);
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // Other paths are for other listeners.
    if (routed.has(pathOf(request))) pass(server, request, { socket, head });
  });
}

/** Null where the request asks for no upgrade. */
export function upgradeOf(request: IncomingMessage): Upgrade | null {
  return upgrades.get(request) ?? null;
}

function pathOf({ url = "" }: IncomingMessage): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

/** An answer other than the upgrade ends the connection. */
function pass(server: Server, request: IncomingMessage, upgrade: Upgrade): void {
  const { socket } = upgrade;
  socket.on("error", ignoreError);
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => socket.destroySoon());
  upgrades.set(request, upgrade);
  server.emit("request", request, response);
}

/** `close` follows, and is what counts. */
function ignoreError(): void {}
