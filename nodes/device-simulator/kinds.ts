/** The kinds of devices that can be simulated: one row each. */

import { boardKind } from "./board.ts";
import type { SimulatorKind } from "./kind.ts";
import { meshKind } from "./mesh.ts";
import { robotKind } from "./robot.ts";

export const KINDS = {
  mesh: meshKind,
  board: boardKind,
  robot: robotKind,
} as const satisfies Record<string, SimulatorKind>;
