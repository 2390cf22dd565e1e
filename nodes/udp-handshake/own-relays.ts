/** The sockets of the udp relays in this process, which take no slot of a real client, whatever they send. */
import { type Address, keyOf } from "../../lib/handshake/address.ts";
import { plainAddress } from "../../lib/ip.ts";
import { isSimulated } from "../shared/simulated.ts";

const own = new Set<string>();
const watchers = new Set<(left: Address) => void>();

/** Until the returned function is called, which tells who watches. */
export function addOwnRelay(local: Address): () => void {
  const key = keyOf(local);
  own.add(key);
  return () => {
    own.delete(key);
    for (const left of [...watchers]) left(local);
  };
}

export function isInternal({ address, port }: Address): boolean {
  if (own.size > 0 && own.has(keyOf({ address: plainAddress(address), port }))) return true;
  return isSimulated("udp", address, port);
}

/** Calls with the address of each own socket that is closed; the returned function ends that. */
export function watchOwnRelays(left: (local: Address) => void): () => void {
  watchers.add(left);
  return () => void watchers.delete(left);
}
