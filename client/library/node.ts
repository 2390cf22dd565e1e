/** The client library in Node: over TCP, and over WebSocket. */
import { WebSocket } from "ws";
import { DeviceClient, type DeviceOptions } from "./device-client.ts";
import type { Transport } from "./link.ts";
import { MeshClient } from "./mesh-client.ts";
import type { ClientOptions } from "./options.ts";
import { tcpTransport } from "./tcp.ts";
import { type SocketClass, webSocketTransport } from "./web-socket.ts";

export type * from "./public.ts";
export { DeviceClient, MeshClient, MeshFault, readPosition } from "./public.ts";

const MESH_PORT = 5001;
const DEVICE_PORT = 8081;

/** Connects to `tcp://host:5001`, or to `ws://host:5080`. Throws RangeError where the address is neither. */
export function connect(address: string, options: ClientOptions = {}): MeshClient {
  return new MeshClient(transportTo(address, MESH_PORT), options);
}

/** A device that connects to `tcp://host:8081`, or to `ws://host:8888`. Throws RangeError where the address is neither. */
export function connectDevice(address: string, options: DeviceOptions = {}): DeviceClient {
  return new DeviceClient(transportTo(address, DEVICE_PORT), options);
}

function transportTo(address: string, defaultPort: number): Transport {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "tcp:" && url.hostname !== "") {
    return tcpTransport(url.hostname.replace(/^\[|\]$/g, ""), Number(url.port || defaultPort));
  }
  if (url?.protocol === "ws:" || url?.protocol === "wss:") {
    return webSocketTransport(address, WebSocket as unknown as SocketClass);
  }
  throw new RangeError(`the address must be tcp://host:port or ws://host:port, got ${address}`);
}
