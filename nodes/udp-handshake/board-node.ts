/** The node in role board: records out; or, as the board's own side, records in. */

import type { Node, NodeAPI, NodeMessage, NodeStatus } from "node-red";
import { shown } from "../../lib/handshake/address.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { addCollector, dropSamples, type Sample } from "../shared/metrics.ts";
import { showRate } from "../shared/rate.ts";
import { statusLine } from "../shared/status.ts";
import { whenClosed } from "../shared/when-closed.ts";
import { BoardEndLink } from "./board-end-link.ts";
import { BoardPort } from "./board-port.ts";
import type { BoardNodeOptions } from "./read-options.ts";
import { faultReport, LATE } from "./role.ts";

export function runBoard(RED: NodeAPI, node: Node, options: BoardNodeOptions): void {
  if (options.side === "board") runEnd(RED, node, options);
  else runGateway(RED, node, options);
}

function runGateway(RED: NodeAPI, node: Node, options: BoardNodeOptions): void {
  const line = statusLine(node);
  const { device } = options;
  const report = faultReport(node, () => line.show(status(0)));
  const port = new BoardPort(
    options,
    { id: node.id, label: node.name || node.id },
    {
      record: (payload, from) => node.send({ device, payload, time: Date.now(), ...shown(from) } as NodeMessage),
      notice: (type, payload) => node.send([null, { device, type, payload } as GatehouseMessage]),
      opened: (bytes) => node.log(RED._("udp-handshake.log.open", { port: options.port, bytes })),
      changed: () => {
        if (port.receiveBytes > 0) report.clear();
        line.show(status(0));
      },
      fault: report.tell,
    },
  );
  const status = (rate: number) => report.status() ?? gatewayStatus(RED, port, rate);
  const stopRate = showRate(line, () => port.core.counts.records, status);
  const uncollect = addCollector(node, (where) => gatewaySamples(where, port));
  node.on("input", (_message, _send, done) => done(new Error("a gateway's side of a board takes no messages")));
  whenClosed(node, LATE, () => {
    stopRate();
    uncollect();
    line.stop();
    return port.close();
  });
}

function gatewayStatus(RED: NodeAPI, port: BoardPort, rate: number): NodeStatus {
  const { state } = port.core;
  const name = state === "receiving" ? "board-receiving" : state;
  const text = RED._(`udp-handshake.status.${port.receiveBytes > 0 ? name : "opening"}`, { rate });
  return state === "receiving" ? { fill: "green", shape: "dot", text } : { fill: "yellow", shape: "ring", text };
}

function* gatewaySamples(where: string, { core, counts, receiveBytes }: BoardPort): Iterable<Sample> {
  yield { name: "gatehouse_udp_records_total", labels: { where }, value: core.counts.records };
  yield { name: "gatehouse_udp_receive_buffer_bytes", labels: { where }, value: receiveBytes };
  yield* dropSamples(where, { "wrong-source": counts["wrong-source"], unexpected: core.counts.unexpected });
}

function runEnd(RED: NodeAPI, node: Node, options: BoardNodeOptions): void {
  const line = statusLine(node);
  const report = faultReport(node, () => show());
  const link = new BoardEndLink(options, node.id, {
    notice: (type, payload) => node.send([null, { type, payload } as GatehouseMessage]),
    opened: () => undefined,
    changed: () => show(),
    fault: report.tell,
  });
  const show = () =>
    line.show(() => {
      const { state, counts } = { state: link.core.state, counts: link.counts };
      const text = RED._(`udp-handshake.status.end-${state}`, { records: counts.records });
      return report.status() ?? { fill: state === "synched" ? "green" : "yellow", shape: "dot", text };
    });
  show();
  node.on("input", (message: GatehouseMessage, _send, done) => {
    recordIn(message)
      .then((record) => link.send(record))
      .then(show)
      .then(() => done(), done);
  });
  whenClosed(node, LATE, (removed) => {
    line.stop();
    return link.close(removed);
  });
}

async function recordIn({ payload }: GatehouseMessage): Promise<Buffer> {
  if (typeof payload === "string") return Buffer.from(payload);
  if (payload instanceof Uint8Array) return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  throw new TypeError(`msg.payload must be a Buffer or a string, got ${payload === null ? "null" : typeof payload}`);
}
