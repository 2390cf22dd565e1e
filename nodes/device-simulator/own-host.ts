/** Where simulated peers connect that have a token lent within this process: no other machine is to see it. */
import { networkInterfaces } from "node:os";
import { type Fields, textOption } from "../shared/options.ts";

const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);
const LOOPBACK = "127.0.0.1";

/** The field `host`, which may be what a port listens on. Throws RangeError where it is another machine. */
export function ownHostOption(fields: Fields): string {
  const host = textOption(fields, "host", LOOPBACK);
  if (ANY.has(host) || host === "localhost") return LOOPBACK;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (own.some(({ address }) => address === host)) return host;
  throw new RangeError(`"host" must be an address of this machine, got ${host}`);
}
