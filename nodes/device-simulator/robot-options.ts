/** Reads the fields of simulated robots, and the messages that turn their dials. */
import type { RobotDials } from "../../lib/simulators/robot.ts";
import { type Fields, integerOption, numberOption } from "../shared/options.ts";
import { controlFields } from "./control.ts";
import { ownHostOption } from "./own-host.ts";

export interface RobotFields {
  readonly host: string;
  readonly port: number;
  readonly robots: number;
  readonly seed: number;
  readonly dials: RobotDials;
}

/** Limits of the dials, the same in the form and in messages. */
const RANGES = {
  rate: [0.01, 1000],
  pictures: [0, 600],
  wrong: [0, 100],
  split: [0, 100],
  coalesce: [0, 100],
} as const satisfies Record<keyof RobotDials, readonly [number, number]>;
const SHARES: ReadonlySet<string> = new Set(["wrong", "split", "coalesce"]);
const DEFAULTS: Readonly<Record<keyof RobotDials, number>> = { rate: 1, pictures: 6, wrong: 0, split: 0, coalesce: 0 };
const NAMES = Object.keys(RANGES) as (keyof RobotDials)[];
const CONTROLS: readonly string[] = [...NAMES, "counts"];

export function readRobotOptions(fields: Fields): RobotFields {
  return {
    host: ownHostOption(fields),
    port: integerOption(fields, "port", [1, 65_535], 6667),
    robots: integerOption(fields, "robots", [1, 20], 2),
    seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    dials: Object.fromEntries(NAMES.map((name) => [name, dialOf(fields, name)])) as unknown as RobotDials,
  };
}

/** Shares are percentages, as in the form. */
function dialOf(fields: Fields, name: keyof RobotDials): number {
  const value = numberOption(fields, name, RANGES[name], DEFAULTS[name]);
  return SHARES.has(name) ? value / 100 : value;
}

export interface RobotControl {
  readonly counts: boolean;
  readonly dials: Partial<RobotDials>;
}

/** Throws RangeError naming what is wrong. */
export function robotControl(payload: unknown): RobotControl {
  const fields = controlFields(payload, CONTROLS);
  const given = NAMES.filter((name) => fields[name] !== undefined);
  return {
    counts: fields.counts === true,
    dials: Object.fromEntries(given.map((name) => [name, dialOf(fields, name)])) as Partial<RobotDials>,
  };
}
