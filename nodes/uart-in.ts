/** Hands on the bytes of a port as they come. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { findPort, portStatus } from "./uart-port/port-status.ts";

export default function register(RED: NodeAPI): void {
  function UartIn(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, fields);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, fields: Fields): void {
    const port = findPort(RED, fields.port);
    const session = { type: "uart", id: port.id };
    const line = statusLine(node);
    const unsubscribe = port.subscribe({
      bytes: (payload) => node.send({ payload, _session: session }),
      state: (state) => line.show(portStatus(RED, "uart-in", state)),
    });
    node.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe();
      line.stop();
      done();
    });
  }

  RED.nodes.registerType("gh-uart-in", UartIn);
}
