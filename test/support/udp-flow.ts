/** Flows with udp-handshake nodes on free ports, for tests. */
import registerStore from "../../nodes/store-backend.ts";
import registerHandshake from "../../nodes/udp-handshake.ts";
import { freeUdpPorts } from "./free-ports.ts";
import { registerProbe } from "./probe.ts";
import { CATCH } from "./runtime.ts";

export const UDP_NODES = [registerProbe, registerStore, registerHandshake, CATCH];

type FlowNode = Readonly<Record<string, unknown>>;

export interface Places {
  readonly handshakePort: number;
  readonly boardPort: number;
  readonly pool: string;
  readonly firstDataPort: number;
}

/** A board's port, a handshake port, and a pool behind them. */
export async function freePlaces(size = 20): Promise<Places> {
  const boardPort = await freeUdpPorts(size + 2);
  const firstDataPort = boardPort + 2;
  return {
    boardPort,
    handshakePort: boardPort + 1,
    firstDataPort,
    pool: `${firstDataPort}-${firstDataPort + size - 1}`,
  };
}

/** One node with its outputs, and what a catch node hears, kept by probes `<id>-1`, `<id>-2` and `caught`. */
export function udpFlow(...nodes: readonly FlowNode[]): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "test" },
    ...nodes.flatMap(withProbes),
    { id: "catch-all", z: "tab", type: "catch", scope: null, wires: [["caught"]] },
    { id: "caught", z: "tab", type: "probe" },
  ];
}

function withProbes(node: FlowNode): FlowNode[] {
  if (node.type !== undefined) return [node];
  const { id } = node;
  return [
    { z: "tab", type: "udp-handshake", ...node, wires: [[`${id}-1`], [`${id}-2`]] },
    { id: `${id}-1`, z: "tab", type: "probe" },
    { id: `${id}-2`, z: "tab", type: "probe" },
  ];
}

/** Fields of a server node `relays`; Node-RED takes a field that equals a node's id for a reference to it. */
export function serverNode({ handshakePort, pool }: Places, fields: object = {}): FlowNode {
  return { id: "relays", role: "server", handshakePort, pool, ...fields };
}
