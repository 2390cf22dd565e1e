/** The client library in a browser: over WebSocket. */
import { MeshClient } from "./mesh-client.ts";
import type { ClientOptions } from "./options.ts";
import { type SocketClass, webSocketTransport } from "./web-socket.ts";

export type * from "./public.ts";
export { MeshClient, MeshFault, readPosition } from "./public.ts";

/** Connects to `ws://host:5080`. Throws RangeError where the address is none of a WebSocket. */
export function connect(address: string, options: ClientOptions = {}): MeshClient {
  if (!/^wss?:\/\//.test(address)) throw new RangeError(`the address must be ws://host:port, got ${address}`);
  const client = new MeshClient(webSocketTransport(address, WebSocket as unknown as SocketClass), options);
  addEventListener("online", () => client.hurry());
  return client;
}
