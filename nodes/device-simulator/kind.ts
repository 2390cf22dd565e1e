/** What the node asks of a kind of simulated device: read the form, run, obey, tell how it stands. */
import type { NodeMessage } from "node-red";
import type { Sample } from "../shared/metrics.ts";
import type { Fields } from "../shared/options.ts";

/** The node, as its simulation sees it. */
export interface SimulatorHost {
  send(message: NodeMessage & { readonly type: string }): void;
  /** What `state` tells has changed. */
  changed(): void;
}

export interface SimulationState {
  /** It speaks; else it waits for something. */
  readonly works: boolean;
  /** Key of the status text below `device-simulator.status`, and what the text quotes. */
  readonly key: string;
  readonly values: Record<string, string | number>;
}

export interface Simulation {
  /** A control message's payload. Throws RangeError naming what is wrong. */
  obey(payload: unknown): void;
  state(): SimulationState;
  /** Drops among them stand under `device-simulator:<where>`. */
  samples(where: string): Iterable<Sample>;
  /** Idempotent; resolves when all it held is free. */
  close(): Promise<void>;
}

/** Reads the form's fields, throwing RangeError that names a wrong one; the result begins to simulate. */
export type SimulatorKind = (fields: Fields) => (host: SimulatorHost) => Simulation;
