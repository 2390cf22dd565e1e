/** Reads the fields of a simulated mesh. */
import type { MeshOptions } from "../../lib/simulators/mesh.ts";
import type { SerialOptions } from "../shared/byte-link.ts";
import { type DevicePath, parseDevicePath } from "../shared/device-path.ts";
import { choiceOption, type Fields, flagOption, integerOption, numberOption, textOption } from "../shared/options.ts";
import { readSerialOptions } from "../uart-port/read-options.ts";

export interface MeshFields {
  readonly target: DevicePath;
  /** As the user wrote it. */
  readonly targetText: string;
  readonly serial: SerialOptions;
  readonly mesh: MeshOptions;
}

/** Limits of the dials, the same in the form and in messages. */
export const RANGES = {
  nodes: [1, 1000],
  rate: [0.01, 1000],
  loss: [0, 100],
  corrupt: [0, 100],
  cut: [0, 100],
  restarts: [0, 60],
  requests: [0, 6000],
} as const satisfies Record<string, readonly [number, number]>;

export function readMeshOptions(fields: Fields): MeshFields {
  const targetText = textOption(fields, "target", "sim:mesh");
  return {
    target: parseDevicePath(targetText, "target"),
    targetText,
    serial: readSerialOptions(fields),
    mesh: readMesh(fields),
  };
}

function readMesh(fields: Fields): MeshOptions {
  const share = (name: "loss" | "corrupt" | "cut") => numberOption(fields, name, RANGES[name], 0) / 100;
  return {
    nodes: integerOption(fields, "nodes", RANGES.nodes, 5),
    rate: numberOption(fields, "rate", RANGES.rate, 1),
    loss: share("loss"),
    corruption: share("corrupt"),
    cuts: share("cut"),
    restarts: numberOption(fields, "restarts", RANGES.restarts, 0),
    requests: numberOption(fields, "requests", RANGES.requests, 0),
    seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    generation: Number(choiceOption(fields, "generation", ["1", "2"], "1")) as 1 | 2,
    crc: flagOption(fields, "crc", false),
  };
}
