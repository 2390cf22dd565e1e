/** What happens to an admitted TCP connection until it is a session: a TLS handshake, a WebSocket opening, or nothing. */
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type SecureContextOptions, type TlsOptions } from "node:tls";
import { WebSocketServer } from "ws";
import type { EndpointOptions } from "./read-options.ts";
import type { ConnectionRefusal } from "./tally.ts";
import { tcpWire } from "./tcp-wire.ts";
import { headersOf, pathOf, refuseUpgrade } from "./upgrade.ts";
import type { Peer, Wire, WireListener } from "./wire.ts";
import { wsWire } from "./ws-wire.ts";

interface DoorwayHost {
  /** `carrier` is the socket that reads and writes, perhaps over the admitted one. */
  opened(carrier: Socket, more: Pick<Peer, "path" | "headers">, open: (listener: WireListener) => Wire): void;
  /** Told, counted, and cut off behind what was written to it. */
  refused(carrier: Socket, reason: ConnectionRefusal): void;
}

/** Takes in a socket that was admitted. */
export type Doorway = (socket: Socket) => void;

/** Null where a connection is a session at once. */
export function doorway(options: EndpointOptions, tls: SecureContextOptions | null, host: DoorwayHost): Doorway | null {
  if (options.transport === "ws") return wsDoorway(options, tls, host);
  return tls ? tlsDoorway(tls, host) : null;
}

function tlsDoorway(tls: SecureContextOptions, host: DoorwayHost): Doorway {
  const server = createTlsServer({ ...tls, allowHalfOpen: true } as TlsOptions, (socket) => {
    host.opened(socket, {}, (listener) => tcpWire(socket, listener));
  });
  server.on("tlsClientError", (_fault, socket) => void socket.destroy());
  return (socket) => void server.emit("connection", socket);
}

function wsDoorway(options: EndpointOptions, tls: SecureContextOptions | null, host: DoorwayHost): Doorway {
  const server: HttpServer = tls ? createHttpsServer(tls) : createHttpServer();
  const { maxBytes } = options.framing;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxBytes,
    perMessageDeflate: false,
  });
  const refuse = (carrier: Socket, reason: ConnectionRefusal, status: string) => {
    if (carrier.writable) carrier.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    host.refused(carrier, reason);
  };
  const refuseOther = (carrier: Duplex) => refuse(carrier as Socket, "no-websocket", "400 Bad Request");
  server.on("upgrade", (request, carrier, head) => {
    const refusal = refuseUpgrade(request, options);
    if (refusal) return refuse(carrier as Socket, refusal.reason, refusal.status);
    sockets.handleUpgrade(request, carrier, head, (socket) => {
      const more = { path: pathOf(request), headers: headersOf(request) };
      host.opened(carrier as Socket, more, (listener) => wsWire(socket, carrier as Socket, listener));
    });
  });
  sockets.on("wsClientError", (_fault, carrier) => refuseOther(carrier));
  server.on("request", ({ socket }: IncomingMessage) => refuse(socket, "no-websocket", "426 Upgrade Required"));
  server.on("clientError", (_fault, carrier: Duplex) => refuseOther(carrier));
  server.on("tlsClientError", (_fault, carrier) => void carrier.destroy());
  return (socket) => void server.emit("connection", socket);
}
