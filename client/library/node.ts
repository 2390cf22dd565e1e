/** The client library in Node: over TCP, and over WebSocket. */
import { WebSocket } from "ws";
import { MeshClient } from "./mesh-client.ts";
import type { ClientOptions } from "./options.ts";
import { tcpTransport } from "./tcp.ts";
import { type SocketClass, webSocketTransport } from "./web-socket.ts";

export type * from "./public.ts";
export { MeshClient, MeshFault, readPosition } from "./public.ts";

const DEFAULT_PORT = 5001;

/** Connects to `tcp://host:5001`, or to `ws://host:5080`. Throws RangeError where the address is neither. */
export function connect(address: string, options: ClientOptions = {}): MeshClient {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "tcp:" && url.hostname !== "") {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    return new MeshClient(tcpTransport(host, Number(url.port || DEFAULT_PORT)), options);
  }
  if (url?.protocol === "ws:" || url?.protocol === "wss:") {
    return new MeshClient(webSocketTransport(address, WebSocket as unknown as SocketClass), options);
  }
  throw new RangeError(`the address must be tcp://host:port or ws://host:port, got ${address}`);
}
