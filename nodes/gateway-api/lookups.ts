/** Answers from the store, built of the bytes that nodes have sent. */
import type { Backend } from "../../backends/backend.ts";
import { isKnown, nodesOf, valuesOf } from "../../backends/network-queries.ts";
import type { Lookup } from "../../lib/gateway-api/api.ts";
import { type AddressBytes, countReply, getReply, nodesReply, type Reply } from "../../lib/gateway-api/replies.ts";
import { typeOfWire } from "../../lib/uart/type-names.ts";

interface LookupOptions {
  readonly network: string;
  /** Addresses are as wide in replies. */
  readonly generation: AddressBytes;
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
