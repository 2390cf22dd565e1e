/** Reads a control message of a simulated mesh. */
import type { MeshDials } from "../../lib/simulators/mesh.ts";
import { integerOption, numberOption } from "../shared/options.ts";
import { controlFields } from "./control.ts";
import { RANGES } from "./mesh-options.ts";

const NAMES = ["nodes", "rate", "loss", "corrupt", "cut", "restarts", "requests", "restart", "counts"];

export interface Control {
  readonly restart: boolean;
  /** Whether the counts are asked for. */
  readonly counts: boolean;
  readonly dials: Partial<MeshDials>;
}

/** Shares are percentages, as in the form. Throws RangeError naming what is wrong. */
export function dialsFrom(payload: unknown): Control {
  const fields = controlFields(payload, NAMES);
  const has = (name: string) => fields[name] !== undefined;
  const share = (name: "loss" | "corrupt" | "cut") => numberOption(fields, name, RANGES[name]) / 100;
  return {
    restart: fields.restart === true,
    counts: fields.counts === true,
    dials: {
      ...(has("nodes") && { nodes: integerOption(fields, "nodes", RANGES.nodes) }),
      ...(has("rate") && { rate: numberOption(fields, "rate", RANGES.rate) }),
      ...(has("loss") && { loss: share("loss") }),
      ...(has("corrupt") && { corruption: share("corrupt") }),
      ...(has("cut") && { cuts: share("cut") }),
      ...(has("restarts") && { restarts: numberOption(fields, "restarts", RANGES.restarts) }),
      ...(has("requests") && { requests: numberOption(fields, "requests", RANGES.requests) }),
    },
  };
}
