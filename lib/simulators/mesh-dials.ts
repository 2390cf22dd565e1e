/** What a simulated mesh is told: once, and while it runs. */
import type { WireFaults } from "./bad-wire.ts";

/** What can be turned while it runs. */
export interface MeshDials extends WireFaults {
  readonly nodes: number;
  /** Messages of each node in a second. */
  readonly rate: number;
  /** In a minute, on average. */
  readonly restarts: number;
  /** Questions to client programs in a minute, of the whole mesh, on average. */
  readonly requests: number;
}

export interface MeshOptions extends MeshDials {
  readonly seed: number;
  readonly generation: 1 | 2;
  readonly crc: boolean;
}
