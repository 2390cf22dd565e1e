/** Reads the fields of a relay-queue. */
import type { NodeAPI } from "node-red";
import type { ReaderStart } from "../../backends/relay-log.ts";
import type { Overflow } from "../../lib/queue/overflow.ts";
import { choiceOption, type Fields, idOption, integerOption, numberOption } from "../shared/options.ts";
import { type StoreBackendNode, storeOf } from "../store-backend.ts";

type Delivery = "log" | "latest" | "command";

export interface QueueOptions {
  readonly store: StoreBackendNode;
  /** Empty: the message says which. */
  readonly queue: string;
  readonly form: "payload" | "fields";
  readonly sharing: "share" | "each";
  readonly start: ReaderStart;
  readonly capacity: number;
  readonly maxBytes: number;
  readonly overflow: Overflow;
  readonly isLatest: boolean;
  /** Null: a message without a deadline waits as long as it takes. */
  readonly validForMs: number | null;
}

const MAX_CAPACITY = 1_000_000;
/** A thousand pictures. */
const DEFAULT_MAX_MIB = 64;
const MIB = 1024 * 1024;
const MAX_VALID_S = 31_536_000;
/** As for commands from views and from HTTP. */
const COMMAND_VALID_S = 10;

export function readQueueOptions(RED: NodeAPI, fields: Fields): QueueOptions {
  const delivery = choiceOption<Delivery>(fields, "delivery", ["log", "latest", "command"], "log");
  const sharing = choiceOption(fields, "sharing", ["share", "each"], "share");
  if (delivery === "latest" && sharing === "each") {
    throw new RangeError('"delivery" latest needs "sharing" share: a page that wants newest values listens to the hub');
  }
  return {
    store: storeOf(RED, fields.store),
    queue: idOption(fields, "queue", ""),
    form: choiceOption(fields, "form", ["payload", "fields"], "payload"),
    sharing,
    start: choiceOption(fields, "start", ["held", "new"], "held"),
    capacity: integerOption(fields, "capacity", [1, MAX_CAPACITY], 1000),
    maxBytes: numberOption(fields, "maxMib", [0.001, 65_536], DEFAULT_MAX_MIB) * MIB,
    overflow: choiceOption(fields, "overflow", ["drop-oldest", "drop-newest", "reject"], "drop-oldest"),
    isLatest: delivery === "latest",
    validForMs: validForMs(fields, delivery),
  };
}

function validForMs(fields: Fields, delivery: Delivery): number | null {
  const seconds = numberOption(fields, "validFor", [0, MAX_VALID_S], delivery === "command" ? COMMAND_VALID_S : 0);
  return seconds === 0 ? null : seconds * 1000;
}
