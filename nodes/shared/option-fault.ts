/** What a node does about a wrong option: says which, in the log and in its status, and stays inert. */
import type { Node } from "node-red";

/** Anything but a RangeError is our own fault, and goes on. */
export function optionFault(node: Node, error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
  node.error(error.message);
  node.status({ fill: "red", shape: "ring", text: error.message });
  // Without a listener the runtime would count a message as handled.
  node.on("input", (_message, _send, done) => done(error));
}
