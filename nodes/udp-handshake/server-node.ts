/** The node in role server: elements in, answers and events out. */
import type { Node, NodeAPI, NodeStatus } from "node-red";
import { isLoopback } from "../../lib/auth/this-machine.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { addCollector, dropSamples, type Sample } from "../shared/metrics.ts";
import type { Fields } from "../shared/options.ts";
import { statusLine } from "../shared/status.ts";
import { whenClosed } from "../shared/when-closed.ts";
import { storeOf } from "../store-backend.ts";
import { elementsIn } from "./elements-in.ts";
import { type LeaseKeeper, MemoryKeeper, StoreKeeper } from "./lease-keeper.ts";
import type { ServerNodeOptions } from "./read-options.ts";
import { RelayServer } from "./relay-server.ts";
import { faultReport, LATE } from "./role.ts";

export function runServer(RED: NodeAPI, node: Node, fields: Fields, options: ServerNodeOptions): void {
  const line = statusLine(node);
  const keeper = keeperOf(RED, node, fields);
  const report = faultReport(node, () => show());
  const server = new RelayServer(
    options,
    keeper,
    { id: node.id, label: node.name || node.id },
    {
      notice: (type, payload) => node.send([null, { type, payload } as GatehouseMessage]),
      opened: (bytes) => node.log(RED._("udp-handshake.log.open", { port: options.handshakePort, bytes })),
      changed: () => {
        if (server.state) report.clear();
        show();
      },
      fault: report.tell,
    },
  );
  const show = () => line.show(() => report.status() ?? statusOf(RED, server, options));
  const uncollect = addCollector(node, (where) => samples(where, server));
  show();

  node.on("input", (message: GatehouseMessage, send, done) => {
    try {
      const fault = take(server, message, send as (message: GatehouseMessage) => void);
      done(fault);
    } catch (error) {
      done(error as Error);
    }
  });
  whenClosed(node, LATE, (removed) => {
    uncollect();
    line.stop();
    return server.close(removed);
  });
}

/** Without a store leases outlive a deploy, not a restart. */
function keeperOf(RED: NodeAPI, node: Node, fields: Fields): LeaseKeeper {
  if (typeof fields.store !== "string" || fields.store === "") return new MemoryKeeper(node.id);
  return new StoreKeeper(storeOf(RED, fields.store), node.id, (fault) =>
    node.warn(`a lease is not kept: ${fault.message}`),
  );
}

function take(
  server: RelayServer,
  message: GatehouseMessage,
  send: (message: GatehouseMessage) => void,
): Error | undefined {
  if (message.action === undefined) {
    const { elements, faults } = elementsIn(message);
    return server.tell(elements, faults.length) ?? faults[0];
  }
  if (message.action !== "clients") throw new RangeError(`msg.action must be "clients", got ${message.action}`);
  message.payload = server.state?.ports.rows() ?? [];
  send(message);
  return undefined;
}

function statusOf(RED: NodeAPI, { state }: RelayServer, { maxClients, address }: ServerNodeOptions): NodeStatus {
  if (!state) return { fill: "yellow", shape: "ring", text: RED._("udp-handshake.status.opening") };
  const { clients, counts, dropped } = state.core;
  const figures = { clients, limit: maxClients, refused: dropped.full, expired: counts.expired };
  const text = RED._("udp-handshake.status.clients", figures);
  // Whoever reaches the port may ask for data: the handshake knows no password.
  return isLoopback(address) ? { fill: "green", shape: "dot", text } : { fill: "yellow", shape: "dot", text };
}

function* samples(where: string, server: RelayServer): Iterable<Sample> {
  const { counts, datagrams, state } = server;
  const labels = { where };
  yield { name: "gatehouse_udp_elements_total", labels, value: counts.in };
  yield* dropSamples(where, {
    starting: counts.starting,
    invalid: counts.invalid,
    oversize: datagrams.counts.oversize,
  });
  if (!state) return;
  const { sent, ...lost } = state.ports.totals();
  yield { name: "gatehouse_udp_clients", labels, value: state.core.clients };
  yield { name: "gatehouse_udp_reserved", labels, value: state.core.reserved };
  yield { name: "gatehouse_udp_sent_total", labels, value: sent };
  yield { name: "gatehouse_udp_held", labels, value: state.ports.held };
  yield { name: "gatehouse_udp_reservations_expired_total", labels, value: state.core.counts.expired };
  yield { name: "gatehouse_udp_receive_buffer_bytes", labels, value: state.receiveBytes };
  const { full, ...ignored } = state.core.dropped;
  yield* dropSamples(where, { ...ignored, refused: full, ...lost });
}
