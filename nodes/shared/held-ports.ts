/** Who holds which port in this process, so that a second node can name the first. */
import type { Transport } from "./simulated.ts";

export interface Holder {
  readonly id: string;
  readonly label: string;
}

interface PortPlace {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}

interface Held extends PortPlace {
  readonly holder: Holder;
}

const held = new Set<Held>();
const ANY = new Set(["0.0.0.0", "::"]);

/** The holder of a port that the address cannot be bound to as well, other than the one who asks. */
export function holderOf({ transport, address, port }: PortPlace, asking: Holder): Holder | null {
  for (const one of held) {
    const overlaps = one.address === address || ANY.has(one.address) || ANY.has(address);
    if (one.transport === transport && one.port === port && overlaps && one.holder.id !== asking.id) return one.holder;
  }
  return null;
}

/** Until the returned function is called. */
export function holdPort({ transport, address, port }: PortPlace, holder: Holder): () => void {
  const one = { transport, address, port, holder };
  held.add(one);
  return () => void held.delete(one);
}
