/** The message as it travels on a wire between the package's nodes. */
import type { NodeMessageInFlow } from "node-red";

/** Node-RED's own convention for "the connection to answer". */
export interface Session {
  readonly type: string;
  readonly id: string;
}

export interface GatehouseMessage extends NodeMessageInFlow {
  device?: string;
  type?: string;
  raw?: Uint8Array;
  /** Milliseconds since 1970. */
  time?: number;
  cursor?: string;
  /** Last moment a command may be delivered, milliseconds since 1970. */
  deadline?: number;
  action?: string;
  id?: string;
  _session?: Session;
  [property: string]: unknown;
}
