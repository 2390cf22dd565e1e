/** The client library in a browser: over WebSocket. */
import { DeviceClient, type DeviceOptions } from "./device-client.ts";
import type { Transport } from "./link.ts";
import { MeshClient } from "./mesh-client.ts";
import type { ClientOptions } from "./options.ts";
import { type SocketClass, webSocketTransport } from "./web-socket.ts";

export type * from "./public.ts";
export { DeviceClient, MeshClient, MeshFault, readPosition } from "./public.ts";

/** Connects to `ws://host:5080`. Throws RangeError where the address is none of a WebSocket. */
export function connect(address: string, options: ClientOptions = {}): MeshClient {
  return hurried(new MeshClient(transportTo(address), options));
}

/**
 * A device that connects to `ws://host:8888/device`; by the path it is told from a browser that views devices. Throws RangeError where the address is none of a WebSocket.
 */
export function connectDevice(address: string, options: DeviceOptions = {}): DeviceClient {
  return hurried(new DeviceClient(transportTo(address), options));
}

function transportTo(address: string): Transport {
  if (/^wss?:\/\//.test(address)) return webSocketTransport(address, WebSocket as unknown as SocketClass);
  throw new RangeError(`the address must be ws://host:port, got ${address}`);
}

function hurried<Client extends { hurry(): void }>(client: Client): Client {
  addEventListener("online", () => client.hurry());
  return client;
}
