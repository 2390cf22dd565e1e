/** What both forms of the client library offer. */
export type { Payload } from "../../lib/mesh-client/bytes.ts";
export type { Push } from "../../lib/mesh-client/pushes.ts";
export { type FaultCode, MeshFault, type NodeState } from "../../lib/mesh-client/replies.ts";
export type { DataTypeName, Generation } from "../../lib/mesh-client/requests.ts";
export { DeviceClient, type DeviceOptions, type WriteRefusal } from "./device-client.ts";
export type { Link, LinkListener, Transport } from "./link.ts";
export { MeshClient } from "./mesh-client.ts";
export type { ClientOptions, ClientState, RequestOptions } from "./options.ts";
export type { MessageListener, NodeMessage } from "./subscriptions.ts";

/** A step of `GPS`, in degrees. */
const STEP = 1e-4;

/** `GPS` as the gateway keeps it: longitude and latitude, three bytes each, little-endian, signed. */
export function readPosition(data: Uint8Array): { longitude: number; latitude: number } {
  const read = (at: number) => ((data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16)) << 8) >> 8;
  const round = (steps: number) => Math.round(steps * STEP * 1e4) / 1e4;
  return { longitude: round(read(0)), latitude: round(read(3)) };
}
