/** Addresses of UDP peers, and the texts that name a peer or a pool of ports. */
import { plainAddress } from "../ip.ts";
import { quote } from "../store/ids.ts";

export interface Address {
  readonly address: string;
  readonly port: number;
}

/** A peer as a user names it: an address or a name, and a port. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

const MAX_PORT = 65_535;
const MAX_POOL = 1000;
const DIGITS = /^\d{1,5}$/;
/** `host:port`, `[address]:port` and the one-line file's `ip,port`. */
const PEER = /^(?:\[([^\][]+)\]\s*[:,]|([^\][,]+),|([^\][:]+):)([^:]*)$/;

export function keyOf({ address, port }: Address): string {
  return `${address} ${port}`;
}

/** As everybody else names it. */
export function shown({ address, port }: Address): Address {
  return { address: plainAddress(address), port };
}

export function isSame(one: Address, other: Address): boolean {
  return one.port === other.port && plainAddress(one.address) === plainAddress(other.address);
}

/** `host:port` or `ip,port`, with white space anywhere around; `option` is named in what it throws. */
export function parsePeer(text: string, option: string): Peer {
  const found = PEER.exec(text.trim());
  const host = (found?.[1] ?? found?.[2] ?? found?.[3] ?? "").trim();
  if (!found || host === "" || /\s/.test(host)) {
    throw new RangeError(`"${option}" must be host:port or ip,port, got ${quote(text)}`);
  }
  return { host, port: parsePort(found[4]!, option) };
}

/** The text of a file that has one line, whatever white space and line ends surround it. */
export function parsePeerFile(text: string, option: string): Peer {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length !== 1) throw new RangeError(`"${option}" must have one line ip,port, got ${lines.length}`);
  return parsePeer(lines[0]!, option);
}

/** Ports and ranges parted by commas: `55058-55077`, in their order, without repetition. */
export function parsePool(text: string, option: string): number[] {
  const ports = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last] = part.split("-");
    const from = parsePort(first!, option);
    const to = last === undefined ? from : parsePort(last, option);
    if (to < from) throw new RangeError(`"${option}" must rise, got ${quote(part)}`);
    for (let port = from; port <= to; port++) ports.add(port);
  }
  if (ports.size > MAX_POOL) throw new RangeError(`"${option}" must have at most ${MAX_POOL} ports, got ${ports.size}`);
  return [...ports];
}

function parsePort(text: string, option: string): number {
  const port = DIGITS.test(text.trim()) ? Number(text) : 0;
  if (port < 1 || port > MAX_PORT)
    throw new RangeError(`"${option}": a port must be 1..${MAX_PORT}, got ${quote(text)}`);
  return port;
}
