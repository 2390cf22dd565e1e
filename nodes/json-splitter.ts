/** Breaks each record into readings of its device. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { jsonataOf } from "./json-splitter/expressions.ts";
import { readSplitterOptions, type SplitterOptions } from "./json-splitter/read-options.ts";
import { Splitting } from "./json-splitter/splitting.ts";
import { Statistics } from "./json-splitter/statistics.ts";
import { now } from "./shared/drive.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { isList } from "./shared/message-list.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { type StatusLine, statusLine } from "./shared/status.ts";

type Send = (message: NodeMessage | (NodeMessage | null)[]) => void;

export default function register(RED: NodeAPI): void {
  function JsonSplitter(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      run(this, readSplitterOptions(fields, jsonataOf(RED, this)));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, options: SplitterOptions): void {
    const splitting = new Splitting(options, RED.util.generateId());
    const line = statusLine(node);
    const undo = [
      addCollector(node, (where) => samples(where, splitting)),
      tellStatistics(node, splitting, options),
      () => line.stop(),
    ];
    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      const output = outputOf(send, done);
      if (isList(message)) splitting.receiveList(message, output, Date.now());
      else splitting.receive(message, output, Date.now());
      show(line, splitting);
    });
    node.on("close", () => {
      for (const end of undo) end();
      const lost = splitting.stop();
      if (lost > 0) node.warn(RED._("json-splitter.error.stopped", { count: lost }));
    });
  }

  function outputOf(send: Send, done: (error?: Error) => void) {
    return {
      reading: (reading: GatehouseMessage) => send(reading),
      rejected: (rejected: GatehouseMessage) => send([null, rejected]),
      done,
    };
  }

  function show(line: StatusLine, splitting: Splitting): void {
    line.show((): NodeStatus => {
      const { counts, skipped } = splitting;
      const text = RED._("json-splitter.status.split", { records: counts.processed, sent: counts.sent, skipped });
      return { fill: skipped > 0 ? "yellow" : "green", shape: "dot", text };
    });
  }

  RED.nodes.registerType("json-splitter", JsonSplitter);
}

/** Only where all records are of one device, which the statistics then are of too. */
function tellStatistics(node: Node, splitting: Splitting, options: SplitterOptions): () => void {
  const { device, header, statisticsMs } = options;
  if (device === undefined || statisticsMs === 0) return () => undefined;
  const statistics = new Statistics(header, now());
  const timer = setInterval(() => {
    const { processed, sent } = splitting.counts;
    const split = statistics.take({ processed, sent, skipped: splitting.skipped }, now());
    splitting.tell(device, split, Date.now(), (message) => node.send(message));
  }, statisticsMs);
  return () => clearInterval(timer);
}

function* samples(where: string, { counts, held }: Splitting): Iterable<Sample> {
  yield { name: "gatehouse_splitter_records_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_splitter_readings_total", labels: { where }, value: counts.sent };
  yield { name: "gatehouse_splitter_held", labels: { where }, value: held };
  yield* dropSamples(where, counts.dropped);
}
