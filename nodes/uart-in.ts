/** Hands on the bytes of a port as they come, and tells when its link opens and closes. */
import type { Node, NodeAPI, NodeDef, NodeMessage } from "node-red";
import { watchDeploys } from "./shared/deploys.ts";
import type { Session } from "./shared/message.ts";
import { messageIds } from "./shared/message-ids.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { findPort, portStatus } from "./uart-port/port-status.ts";
import type { PortState } from "./uart-port.ts";

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);

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
    const mintId = messageIds(RED.util.generateId);
    let state: PortState | undefined;
    let isTold = false;
    const tell = () => {
      isTold = true;
      if (state) node.send([null, linkMessage(port.device, state, session)]);
    };
    const unsubscribe = port.subscribe({
      bytes: (payload) => node.send({ _msgid: mintId(), payload, _session: session } as NodeMessage),
      state: (next) => {
        const turned = (state?.name === "open") !== (next.name === "open");
        state = next;
        line.show(portStatus(RED, "uart-in", next));
        if (isTold && turned) tell();
      },
    });
    // Whoever begins with this deploy, or was restarted by it, has heard of no link yet.
    const unwatch = deploys.onStarted(tell);
    node.on("close", () => {
      unwatch();
      unsubscribe();
      line.stop();
    });
  }

  RED.nodes.registerType("gh-uart-in", UartIn);
}

function linkMessage(device: string, { name, detail }: PortState, session: Session): NodeMessage {
  if (name === "open") return { type: "opened", payload: { device }, _session: session } as NodeMessage;
  return { type: "closed", payload: { device, detail }, _session: session } as NodeMessage;
}
