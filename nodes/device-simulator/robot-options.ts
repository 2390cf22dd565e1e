/** Reads the fields of simulated robots, and the dials that messages turn. */
import type { RobotDials } from "../../lib/simulators/robot.ts";
import { type Fields, integerOption } from "../shared/options.ts";
import { Dials } from "./dials.ts";
import { ownHostOption } from "./own-host.ts";

export interface RobotFields {
  readonly host: string;
  readonly port: number;
  readonly robots: number;
  readonly seed: number;
  readonly dials: RobotDials;
}

const SHARE = { range: [0, 100], preset: 0, isShare: true } as const;

export const ROBOT_DIALS = new Dials<keyof RobotDials>({
  rate: { range: [0.01, 1000], preset: 1 },
  pictures: { range: [0, 600], preset: 6 },
  wrong: SHARE,
  split: SHARE,
  coalesce: SHARE,
});

export function readRobotOptions(fields: Fields): RobotFields {
  return {
    host: ownHostOption(fields),
    port: integerOption(fields, "port", [1, 65_535], 6667),
    robots: integerOption(fields, "robots", [1, 20], 2),
    seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    dials: ROBOT_DIALS.read(fields),
  };
}
