/** Reads the fields of a gateway-api. */
import { randomBytes } from "node:crypto";
import type { NodeAPI } from "node-red";
import type { ApiOptions } from "../../lib/gateway-api/api.ts";
import type { Pushes } from "../../lib/gateway-api/pushes.ts";
import { isId } from "../../lib/store/ids.ts";
import { PREDEFINED } from "../../lib/uart/data-types.ts";
import { choiceOption, type Fields, flagOption, integerOption, textOption } from "../shared/options.ts";
import { type StoreBackendNode, storeOf } from "../store-backend.ts";

export interface GatewayOptions extends ApiOptions {
  readonly store: StoreBackendNode;
  readonly network: string;
  readonly pushes: Pushes;
  /** The id of the endpoint whose sessions are monitors, or empty. */
  readonly monitor: string;
  /** Pages of a hub hear what monitors hear. */
  readonly tellsPages: boolean;
  readonly linesPerSecond: number;
}

const PUSHES: readonly Pushes[] = ["requests", "messages"];
/** Three printable characters, the first no space, and the byte that stands for them. */
const TYPE_ID = /^([\x21-\x7e][\x20-\x7e]{2})\s+(\d{1,3})$/;
const MAX_ID = 255;

export function readGatewayOptions(RED: NodeAPI, fields: Fields): GatewayOptions {
  const network = textOption(fields, "network", "mesh");
  if (!isId(network)) throw new RangeError(`"network" must be 1..64 of A-Z a-z 0-9 . _ : -, got ${network}`);
  return {
    store: storeOf(RED, fields.store),
    network,
    generation: Number(choiceOption(fields, "generation", ["1", "2"], "1")) as 1 | 2,
    typeNames: readTypeIds(textOption(fields, "typeIds", "")),
    pushes: choiceOption(fields, "pushes", PUSHES, "requests"),
    needsListener: flagOption(fields, "needsListener", true),
    monitor: textOption(fields, "monitor", ""),
    tellsPages: flagOption(fields, "tellsPages", false),
    linesPerSecond: integerOption(fields, "linesPerSecond", [1, 1000], 50),
    requestIdleMs: integerOption(fields, "requestIdleMs", [1, 10_000], 20),
    replyTimeoutMs: integerOption(fields, "replyTimeoutMs", [100, 600_000], 10_000),
    maxRequestBytes: integerOption(fields, "maxRequestBytes", [16, 65_536], 1024),
    idPrefix: `api-${randomBytes(6).toString("hex")}`,
  };
}

/** `BAT 2, SPD 3`: one a line, or parted by commas; beside those that are predefined. */
function readTypeIds(text: string): ReadonlyMap<number, string> {
  const names = new Map(PREDEFINED.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])));
  for (const row of text.split(/[\n,]/).map((part) => part.trim())) {
    if (row === "") continue;
    const [, name, digits] = TYPE_ID.exec(row) ?? [];
    const id = Number(digits);
    if (name === undefined || id > MAX_ID) {
      throw new RangeError(`"typeIds" must be names of three characters, each with a number of 0..255, got ${row}`);
    }
    names.set(id, name);
  }
  return names;
}
