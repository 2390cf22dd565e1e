/** What the roles of a udp-handshake have in common. */
import type { Node, NodeStatus } from "node-red";

export interface Listener {
  /** An event for the second output. */
  notice(type: string, payload: Readonly<Record<string, unknown>>): void;
  /** The port is open, and the system granted a receive buffer of so many bytes. */
  opened(receiveBytes: number): void;
  /** The status may have to be shown anew. */
  changed(): void;
  /** What is wrong, as often as it is met. */
  fault(fault: Error): void;
}

/** Asked for; a system with a lower limit grants less. */
export const RECEIVE_BYTES = 4 * 1024 * 1024;
/** Of a node that is closed. */
export const LATE = "the UDP ports were not free";

interface FaultReport {
  tell(fault: Error): void;
  /** All is well again. */
  clear(): void;
  /** Null while nothing is wrong. */
  status(): NodeStatus | null;
}

/** Logs a fault once, however often it is met, and shows it until it is cleared. */
export function faultReport(node: Node, changed: () => void): FaultReport {
  let shown: Error | null = null;
  return {
    tell(fault) {
      if (shown?.message !== fault.message) node.error(fault.message);
      shown = fault;
      changed();
    },
    clear() {
      shown = null;
    },
    status: () => shown && { fill: "red", shape: "ring", text: shown.message },
  };
}
