/** What a gateway asks the store about the nodes of its network, and the reset that disconnects them all. */
import type { KnownNode, NodeValue } from "../lib/gateway-api/replies.ts";
import { PRESENCE_PREFIX, RESET_PREFIX } from "../lib/store/device-keys.ts";
import { describeDevices } from "../lib/store/devices.ts";
import { topicOf } from "../lib/store/topic.ts";
import type { Backend, Entry } from "./backend.ts";

/** A reply counts the bytes of a value in one byte. */
export const MAX_VALUE_BYTES = 255;
const ADDRESS = /^\d{1,5}$/;

/** The newest values of a type as they were received, of one node or of all (null), by address. */
export async function valuesOf(
  backend: Backend,
  network: string,
  address: number | null,
  type: string,
): Promise<NodeValue[]> {
  const device = `${network}/${address ?? "+"}`;
  const entries = await backend.latest([topicOf(device, type)]);
  return entries.flatMap((entry) => valueIn(entry, network)).sort(byAddress);
}

function valueIn({ topic, time, value, raw }: Entry, network: string): NodeValue[] {
  const bytes = raw ?? value;
  const address = addressIn(topic.slice(network.length + 1, topic.lastIndexOf("/")));
  if (address === null || !(bytes instanceof Uint8Array) || bytes.length > MAX_VALUE_BYTES) return [];
  return [{ address, time, bytes }];
}

/** The module itself, which is no node, has the address 0. */
function addressIn(text: string): number | null {
  const address = ADDRESS.test(text) ? Number(text) : 0;
  return address > 0 ? address : null;
}

function byAddress(a: { readonly address: number }, b: { readonly address: number }): number {
  return a.address - b.address;
}

/** A node that was heard just now may have readings before its presence is put down: only then is it worth a search. */
export async function isKnown(backend: Backend, device: string, wasHeard: boolean): Promise<boolean> {
  if ((await backend.get(PRESENCE_PREFIX + device)) != null) return true;
  return wasHeard && (await backend.latest([`${device}/+`])).length > 0;
}

/** Every node that has been heard, by address; one that is only stale is still connected. */
export async function nodesOf(backend: Backend, network: string, now: number): Promise<KnownNode[]> {
  const [entries, presences, resets] = await Promise.all([
    backend.latest([`${network}/+/+`]),
    backend.keys(`${PRESENCE_PREFIX}${network}/`),
    backend.keys(RESET_PREFIX + network),
  ]);
  return describeDevices(entries, [...presences, ...resets], now)
    .flatMap(({ device, status }) => {
      const address = addressIn(device.slice(network.length + 1));
      return address === null ? [] : [{ address, isConnected: status !== "disconnected" }];
    })
    .sort(byAddress);
}

/** All nodes are disconnected from then on, until they are heard again. */
export async function resetNetwork(backend: Backend, network: string, at: number): Promise<void> {
  await backend.put(RESET_PREFIX + network, { at });
}
