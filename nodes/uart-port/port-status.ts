/** Shows a port's state, and finds the port, on a node that uses it. */
import type { NodeAPI, NodeStatus } from "node-red";
import type { PortState, UartPortNode } from "../uart-port.ts";

const LOOKS: Readonly<Record<PortState["name"], NodeStatus>> = {
  connecting: { fill: "yellow", shape: "ring" },
  open: { fill: "green", shape: "dot" },
  waiting: { fill: "yellow", shape: "ring" },
  failed: { fill: "red", shape: "ring" },
};

/** `node` is the file name of the node type whose catalogue has the texts. */
export function portStatus(RED: NodeAPI, node: string, state: PortState): NodeStatus {
  return { ...LOOKS[state.name], text: RED._(`${node}.status.${state.name}`, { detail: state.detail }) };
}

/** The port that a field names; throws RangeError where there is none. */
export function findPort(RED: NodeAPI, id: unknown): UartPortNode {
  const node = typeof id === "string" && id !== "" ? RED.nodes.getNode(id) : null;
  if (node?.type !== "gh-uart-port") throw new RangeError('"port" must be set');
  return node as UartPortNode;
}
