/** The kinds of devices that can be simulated: one row each. */
import type { SimulatorKind } from "./kind.ts";
import { meshKind } from "./mesh.ts";

export const KINDS = {
  mesh: meshKind,
} as const satisfies Record<string, SimulatorKind>;
