/** Who listens on which port in this process, so that a second endpoint can name the first. */

interface Holder {
  readonly id: string;
  readonly label: string;
  readonly host: string;
  readonly port: number;
}

const holders = new Set<Holder>();
const ANY = new Set(["0.0.0.0", "::"]);

/** Takes the port until the returned function is called; throws where another node has it. */
export function holdPort(holder: Holder): () => void {
  const other = [...holders].find((one) => one.id !== holder.id && isSame(one, holder));
  if (other) throw new Error(`port ${holder.port} is held by ${other.label}`);
  holders.add(holder);
  return () => void holders.delete(holder);
}

/** Any address is every address. */
function isSame(one: Holder, other: Holder): boolean {
  return one.port === other.port && (one.host === other.host || ANY.has(one.host) || ANY.has(other.host));
}
