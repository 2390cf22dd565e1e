/** The node in role client: elements of a server out as readings, what is wrong as an element of its own. */

import type { Node, NodeAPI, NodeMessage, NodeStatus } from "node-red";
import { selectsDevice, topicOf } from "../../lib/store/topic.ts";
import { watchDeploys } from "../shared/deploys.ts";
import type { GatehouseMessage, Session } from "../shared/message.ts";
import { addCollector, dropSamples, type Sample } from "../shared/metrics.ts";
import { statusLine } from "../shared/status.ts";
import { whenClosed } from "../shared/when-closed.ts";
import type { ClientNodeOptions } from "./read-options.ts";
import { RelayClient } from "./relay-client.ts";
import { faultReport, LATE } from "./role.ts";

export function runClient(RED: NodeAPI, node: Node, options: ClientNodeOptions): void {
  const line = statusLine(node);
  const { device, peer } = options;
  const report = faultReport(node, () => show());
  const client = new RelayClient(options, node.id, {
    reading: (type, payload, session) =>
      node.send(of(session, { device, type, payload, time: Date.now(), topic: topicOf(device, type) })),
    notice: (type, payload, session) => node.send([null, of(session, { type, payload })]),
    opened: (bytes) => node.log(RED._("udp-handshake.log.receiving", { peer: `${peer.host}:${peer.port}`, bytes })),
    changed: () => {
      if (client.receiving > 0) report.clear();
      show();
    },
    fault: report.tell,
  });
  const show = () => line.show(() => report.status() ?? statusOf(RED, client));
  const uncollect = addCollector(node, (where) => samples(where, client));
  show();
  // Wires take messages once every node of the flow is there.
  if (options.always)
    void watchDeploys(RED.events)
      .started()
      .then(() => client.connect());

  node.on("input", (message: GatehouseMessage, _send, done) => {
    try {
      obey(client, message, device);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  whenClosed(node, LATE, (removed) => {
    uncollect();
    line.stop();
    return client.close(removed);
  });
}

function of(session: Session | undefined, message: object): NodeMessage {
  return (session ? { ...message, _session: session } : message) as NodeMessage;
}

/** Each watcher is named by its session, so that the last one to leave ends the lease. */
function obey(client: RelayClient, message: GatehouseMessage, device: string): void {
  if (message.action === undefined && PAGES.has(message.type)) return;
  const watches = isWatching(message, device);
  if (watches === null)
    throw new RangeError('"action" must be connect or disconnect, or the message one of browser in');
  if (watches) client.connect(message._session);
  else client.disconnect(message._session);
}

const PRESENCES: ReadonlySet<unknown> = new Set(["connected", "viewing", "gone"]);
/** Of a browser's pages: they say nothing of what it follows. */
const PAGES: ReadonlySet<unknown> = new Set(["opened", "closed"]);

/** As the flow says, or as `browser-in` tells which topics a browser follows by all its connections; null where the message says neither. */
function isWatching({ action, type, payload }: GatehouseMessage, device: string): boolean | null {
  if (action !== undefined) return action === "connect" ? true : action === "disconnect" ? false : null;
  if (!PRESENCES.has(type)) return null;
  const { follows } = (payload ?? {}) as { follows?: unknown };
  return Array.isArray(follows) && follows.some((filter) => selectsDevice(String(filter), device));
}

function statusOf(RED: NodeAPI, { links, receiving }: RelayClient): NodeStatus {
  const text = (name: string) => RED._(`udp-handshake.status.${name}`, { leases: receiving });
  if (links.size === 0) return { fill: "grey", shape: "ring", text: text("idle") };
  if (receiving > 0) return { fill: "green", shape: "dot", text: text("receiving") };
  return { fill: "yellow", shape: "ring", text: text("calling") };
}

function* samples(where: string, client: RelayClient): Iterable<Sample> {
  const { counts, links, receiving } = client;
  const labels = { where };
  const { datagrams, malformed } = client.datagrams();
  yield { name: "gatehouse_udp_leases", labels, value: receiving };
  yield { name: "gatehouse_udp_datagrams_total", labels, value: datagrams };
  yield { name: "gatehouse_udp_elements_total", labels, value: counts.elements };
  for (const link of links.values()) {
    yield { name: "gatehouse_udp_receive_buffer_bytes", labels, value: link.receiveBytes };
    break;
  }
  yield* dropSamples(where, { malformed, name: counts.name, repeated: counts.repeated, refused: counts.refused });
}
