/** The mode of a feed in which it hands out the commands for the devices of its networks. */
import type { Node, NodeAPI, NodeMessage, NodeStatus } from "node-red";
import { CommandFeed, type CommandSink } from "../../backends/command-feed.ts";
import { type OutboxCommand, outcomeOf } from "../../lib/commands/command.ts";
import { isId, quote } from "../../lib/store/ids.ts";
import { topicOf } from "../../lib/store/topic.ts";
import { watchDeploys } from "../shared/deploys.ts";
import { addCollector, dropSamples, type Sample } from "../shared/metrics.ts";
import { type Fields, listOption } from "../shared/options.ts";
import { statusLine } from "../shared/status.ts";
import { type StoreBackendNode, storeOf } from "../store-backend.ts";
import { followStore } from "./follow-store.ts";

interface Options {
  readonly store: StoreBackendNode;
  readonly networks: readonly string[];
}

const MAX_NETWORKS = 64;

/** One name a line, or parted by commas. Throws RangeError naming the field. */
export function readCommandOptions(RED: NodeAPI, fields: Fields): Options {
  const networks = [...new Set(listOption(fields, "networks"))];
  if (networks.length > MAX_NETWORKS) throw new RangeError(`"networks" must be 1..${MAX_NETWORKS}`);
  for (const network of networks) {
    if (!isId(network)) throw new RangeError(`"networks" must be names such as mesh, got ${quote(network)}`);
  }
  return { store: storeOf(RED, fields.store), networks };
}

/** Commands leave by the first output, those that expired by the second. */
class CommandOutput implements CommandSink {
  commands = 0;
  #redelivered = 0;
  #expired = 0;
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  command(command: OutboxCommand, redelivered: boolean): void {
    this.commands++;
    if (redelivered) this.#redelivered++;
    const topic = topicOf(command.device, command.type);
    this.#node.send({ ...command, topic, ...(redelivered && { redelivered }) } as NodeMessage);
  }

  expired({ device, id }: OutboxCommand): void {
    this.#expired++;
    const message = { type: "outcome", device, id, payload: outcomeOf(id, "expired") };
    this.#node.send([null, message as NodeMessage]);
  }

  unsaved(fault: Error): void {
    this.#node.warn(fault.message);
  }

  *samples(where: string): Iterable<Sample> {
    const labels = { where };
    yield { name: "gatehouse_feed_commands_total", labels, value: this.commands };
    yield { name: "gatehouse_feed_redelivered_total", labels, value: this.#redelivered };
    yield* dropSamples(where, { expired: this.#expired });
  }
}

export function feedCommands(RED: NodeAPI, node: Node, { store, networks }: Options): void {
  const line = statusLine(node);
  const output = new CommandOutput(node);
  const started = watchDeploys(RED.events).started();
  const removeCollector = addCollector(node, (where) => output.samples(where));
  const statusOf = (rate: number): NodeStatus => {
    return { fill: "green", shape: "dot", text: RED._("store-feed.status.commands", { n: output.commands, rate }) };
  };
  const stop = followStore(RED, node, store, {
    ...{ line, statusOf, count: () => output.commands },
    begin(backend, fail) {
      const abort = new AbortController();
      started.then(() => new CommandFeed(backend, networks, output).run(abort.signal)).catch(fail);
      return () => abort.abort();
    },
  });
  node.on("close", () => {
    removeCollector();
    stop();
    line.stop();
  });
}
