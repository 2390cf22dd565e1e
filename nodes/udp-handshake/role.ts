/** What the roles of a udp-handshake have in common. */
import type { Node, NodeStatus } from "node-red";
import { inTime } from "../shared/in-time.ts";

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
/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2500;

/** Frees what the node holds when it is closed; `removed` where no other instance takes its place. */
export function whenClosed(node: Node, free: (removed: boolean) => Promise<void>): void {
  node.on("close", (removed: boolean, done: () => void) => {
    inTime(free(removed), CLOSE_MS, `the UDP ports were not free within ${CLOSE_MS} ms`)
      .catch((fault: Error) => node.warn(fault.message))
      .finally(done);
  });
}

export interface FaultReport {
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
