/** Breaks each record into readings of its device. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { readSplitterOptions, type SplitterOptions } from "./json-splitter/read-options.ts";
import { Splitting } from "./json-splitter/splitting.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

type Send = (message: NodeMessage | (NodeMessage | null)[]) => void;

export default function register(RED: NodeAPI): void {
  function JsonSplitter(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      run(this, readSplitterOptions(fields));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, options: SplitterOptions): void {
    const splitting = new Splitting(options, RED.util.generateId());
    const line = statusLine(node);
    const uncollect = addCollector(() => samples(`json-splitter:${node.name || node.id}`, splitting));
    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      const output = {
        reading: (reading: GatehouseMessage) => send(reading),
        rejected: (rejected: GatehouseMessage) => send([null, rejected]),
      };
      try {
        splitting.receive(message, output, Date.now());
        done();
      } catch (error) {
        done(error as Error);
      }
      line.show(() => statusOf(splitting));
    });
    node.on("close", (_removed: boolean, done: () => void) => {
      uncollect();
      line.stop();
      done();
    });
  }

  function statusOf({ counts, skipped }: Splitting): NodeStatus {
    const text = RED._("json-splitter.status.split", { records: counts.processed, sent: counts.sent, skipped });
    return { fill: skipped > 0 ? "yellow" : "green", shape: "dot", text };
  }

  RED.nodes.registerType("json-splitter", JsonSplitter);
}

function* samples(where: string, { counts }: Splitting): Iterable<Sample> {
  yield { name: "gatehouse_splitter_records_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_splitter_readings_total", labels: { where }, value: counts.sent };
  yield* dropSamples(where, counts.dropped);
}
