/** Answers from the store, built of the bytes that nodes have sent. */
import type { Backend } from "../../backends/backend.ts";
import { isKnown, MAX_VALUE_BYTES, nodesOf, valuesOf } from "../../backends/network-queries.ts";
import type { Lookup } from "../../lib/gateway-api/api.ts";
import { type AddressBytes, countReply, getReply, nodesReply, type Reply } from "../../lib/gateway-api/replies.ts";
import { typeOfWire } from "../../lib/uart/type-names.ts";

interface LookupOptions {
  readonly network: string;
  /** Addresses are as wide in replies. */
  readonly generation: AddressBytes;
}

/** For one value the store need not be waited for, which is what most requests are (bench `gateway-api`); null where it must. */
export function answerAtOnce(backend: Backend, lookup: Lookup, { network, generation }: LookupOptions): Reply | null {
  if (lookup.kind !== "get" || lookup.address === null || lookup.name === null) return null;
  const { address, name } = lookup;
  const bytes = backend.newestBytes(`${network}/${address}/${typeOfWire(name)}`);
  if (!bytes || bytes.length > MAX_VALUE_BYTES) return null;
  return getReply(lookup, [{ address, time: 0, bytes }], true, generation);
}

/** `heard`: devices that have spoken just now, perhaps before the store put them down. */
export async function answerLookup(
  backend: Backend,
  lookup: Lookup,
  { network, generation }: LookupOptions,
  heard: ReadonlySet<string>,
): Promise<Reply> {
  if (lookup.kind !== "get") {
    const nodes = await nodesOf(backend, network, Date.now());
    return lookup.kind === "count" ? countReply(nodes) : nodesReply(nodes);
  }
  const { address, name } = lookup;
  const values = name === null ? [] : await valuesOf(backend, network, address, typeOfWire(name));
  const device = `${network}/${address}`;
  const isThere = values.length > 0 || (await isKnown(backend, device, heard.has(device)));
  return getReply(lookup, values, isThere, generation);
}
