/** Frees what a node holds when it is closed: a deploy waits for it, but not for ever. */
import type { Node } from "node-red";
import { inTime } from "./in-time.ts";

/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2500;

/** `late`: what is then to be said, such as `the port was not free`. `removed`: no other instance takes the node's place. */
export function whenClosed(node: Node, late: string, free: (removed: boolean) => Promise<unknown>): void {
  node.on("close", (removed: boolean, done: () => void) => {
    const freed = (async () => free(removed))();
    inTime(freed, CLOSE_MS, `${late} within ${CLOSE_MS} ms`)
      .catch((fault: Error) => node.warn(fault.message))
      .finally(done);
  });
}
