/** The kinds of devices that can be simulated: one row each. */

import { boardKind } from "./board.ts";
import type { SimulatorKind } from "./kind.ts";
import { meshKind } from "./mesh.ts";
import { robotKind } from "./robot.ts";
import { stationKind } from "./station.ts";

export const KINDS = {
  mesh: meshKind,
  board: boardKind,
  robot: robotKind,
  station: stationKind,
} as const satisfies Record<string, SimulatorKind>;
