/** Reads the fields of an ack-session. */
import type { NodeAPI } from "node-red";
import { choiceOption, type Fields, idOption, integerOption, numberOption, textOption } from "../shared/options.ts";
import { type StoreBackendNode, storeOf } from "../store-backend.ts";

export interface AckOptions {
  /** `server`: peers identify here. `client`: a gateway, whose devices are told to hubs. */
  readonly role: "server" | "client";
  /** First part of the names of its devices. */
  readonly network: string;
  /** Null: what is received is safe once it is in memory. */
  readonly store: StoreBackendNode | null;
  readonly capacity: number;
  readonly window: number;
  readonly maxPeers: number;
  readonly forgetAfterMs: number;
  /** What goes to the wire and to the flow in one go goes as a list. */
  readonly isListing: boolean;
}

/** Throws RangeError naming the field. */
export function readAckOptions(RED: NodeAPI, fields: Fields): AckOptions {
  const role = choiceOption(fields, "role", ["server", "client"], "server");
  const hasStore = role === "server" && textOption(fields, "store", "") !== "";
  return {
    role,
    network: idOption(fields, "network", "site"),
    store: hasStore ? storeOf(RED, fields.store) : null,
    capacity: integerOption(fields, "capacity", [1, 100_000], 1000),
    window: integerOption(fields, "window", [1, 10_000], 64),
    maxPeers: integerOption(fields, "maxPeers", [1, 1_000_000], 20_000),
    forgetAfterMs: numberOption(fields, "forgetAfterMin", [0.01, 525_600], 60) * 60_000,
    isListing: choiceOption(fields, "send", ["each", "list"], "each") === "list",
  };
}
