/** Who holds which UDP port in this process, so that a second node can name the first. */
import type { Address } from "../../lib/handshake/address.ts";

export interface Holder {
  readonly id: string;
  readonly label: string;
}

interface Held extends Address {
  readonly holder: Holder;
}

const held = new Set<Held>();
const ANY = new Set(["0.0.0.0", "::"]);

/** The holder of a port that the address cannot be bound to as well, other than the one who asks. */
export function holderOf({ address, port }: Address, asking: Holder): Holder | null {
  for (const one of held) {
    const overlaps = one.address === address || ANY.has(one.address) || ANY.has(address);
    if (one.port === port && overlaps && one.holder.id !== asking.id) return one.holder;
  }
  return null;
}

/** Until the returned function is called. */
export function holdPort({ address, port }: Address, holder: Holder): () => void {
  const one = { address, port, holder };
  held.add(one);
  return () => void held.delete(one);
}
