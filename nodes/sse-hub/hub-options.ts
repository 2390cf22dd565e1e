/** The fields of a hub. */
import { type Fields, integerOption, numberOption, textOption } from "../shared/options.ts";
import type { StreamOptions } from "./stream-options.ts";

export interface HubOptions extends StreamOptions {
  readonly path: string;
}

const MIB = 1024 * 1024;
const KIB = 1024;
const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;
/** The pages take 40 s of silence for a dead connection (client/event-stream.ts). */
const MAX_KEEP_ALIVE_S = 30;
/** Throws RangeError naming the field. */
export function readHubOptions(fields: Fields): HubOptions {
  const path = textOption(fields, "path", "/gatehouse").replace(/\/+$/, "");
  if (!PATH.test(path)) throw new RangeError(`"path" must be like /gatehouse, got ${path}`);
  return {
    path,
    maxClients: integerOption(fields, "maxClients", [1, 1_000_000], 20_000),
    maxEvents: integerOption(fields, "ringEvents", [16, 1_000_000], 16_384),
    maxBytes: numberOption(fields, "ringMib", [0.0625, 1024], 8) * MIB,
    maxLagBytes: numberOption(fields, "lagKib", [16, 1_048_576], 1024) * KIB,
    keepAliveMs: numberOption(fields, "keepAliveS", [0.15, MAX_KEEP_ALIVE_S], 15) * 1000,
    tickMs: integerOption(fields, "tickMs", [0, 10_000], 0),
  };
}
