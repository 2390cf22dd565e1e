/** Finds the endpoint of a node that uses it, and shows there how it stands. */
import type { NodeAPI, NodeStatus } from "node-red";
import type { SessionEndpointNode } from "../session-endpoint.ts";
import type { EndpointState } from "./link.ts";

/** The endpoint that a field names; throws RangeError where there is none. */
export function findEndpoint(RED: NodeAPI, id: unknown): SessionEndpointNode {
  const node = typeof id === "string" && id !== "" ? RED.nodes.getNode(id) : null;
  if (node?.type !== "gh-session-endpoint") throw new RangeError('"endpoint" must be chosen');
  return node as SessionEndpointNode;
}

export function endpointStatus(RED: NodeAPI, { name, detail, isExposed }: EndpointState, n: number): NodeStatus {
  if (name === "failed") return { fill: "red", shape: "ring", text: detail };
  const text = (key: string) =>
    RED._(`@gatehouse/node-red/session-endpoint:session-endpoint.status.${key}`, { detail, n });
  if (name !== "open") return { fill: "yellow", shape: "ring", text: text(name) };
  return isExposed
    ? { fill: "yellow", shape: "dot", text: text("exposed") }
    : { fill: "green", shape: "dot", text: text("open") };
}
