/** Names who has a TCP port that no endpoint has: Node-RED itself, one of core's nodes, or another program. */
import type { NodeAPI, NodeDef } from "node-red";

interface CoreTcpIn extends NodeDef {
  readonly server?: string;
  readonly port?: string | number;
  readonly d?: boolean;
}

export function holderOutside(RED: NodeAPI, port: number): string {
  if (Number(RED.settings.uiPort) === port) return "Node-RED itself";
  let holder = "another program";
  RED.nodes.eachNode((node: CoreTcpIn) => {
    if (node.type === "tcp in" && node.server === "server" && Number(node.port) === port && !node.d) {
      holder = `tcp in ${node.name || node.id}`;
    }
  });
  return holder;
}
