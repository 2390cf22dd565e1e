/** Flow node: stores readings and hands each on with its cursor; answers queries about the store. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import type { Backend } from "../backends/backend.ts";
import { type Confirmation, DEFAULT_LIMITS, type PresenceLimits, ReadingWriter } from "../backends/reading-writer.ts";
import { StoreInputs } from "../backends/store-inputs.ts";
import type { Input } from "../backends/store-messages.ts";
import { StoreCommands } from "./node-store/commands.ts";
import { forgetCommands, parkCommands, takeCommands } from "./node-store/parked-commands.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { Gatherer } from "./shared/gatherer.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { messageIds } from "./shared/message-ids.ts";
import { asOne } from "./shared/message-list.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, flagOption, numberOption } from "./shared/options.ts";
import { showRate } from "./shared/rate.ts";
import { statusLine } from "./shared/status.ts";
import { type StoreBackendNode, storeOf, storeStatus } from "./store-backend.ts";

const MAX_LIMIT_S = 31_536_000;

interface StoreOptions {
  readonly store: StoreBackendNode;
  readonly onlyDifferent: boolean;
  readonly limits: PresenceLimits;
}

function seconds(fields: Fields, name: string, fallbackMs: number): number {
  return numberOption(fields, name, [0.1, MAX_LIMIT_S], fallbackMs / 1000) * 1000;
}

function readOptions(RED: NodeAPI, fields: Fields): StoreOptions {
  const staleAfterMs = seconds(fields, "staleAfter", DEFAULT_LIMITS.staleAfterMs);
  const disconnectedAfterMs = seconds(
    fields,
    "disconnectedAfter",
    Math.max(DEFAULT_LIMITS.disconnectedAfterMs, staleAfterMs),
  );
  if (disconnectedAfterMs < staleAfterMs)
    throw new RangeError('"disconnectedAfter" must not be less than "staleAfter"');
  return {
    store: storeOf(RED, fields.store),
    onlyDifferent: flagOption(fields, "onlyDifferent", false),
    limits: { staleAfterMs, disconnectedAfterMs },
  };
}

function* samples(where: string, { counts }: ReadingWriter, commands: StoreCommands): Iterable<Sample> {
  yield { name: "gatehouse_store_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_store_stored_total", labels: { where }, value: counts.stored };
  yield { name: "gatehouse_store_held", labels: { where }, value: counts.held };
  yield* dropSamples(where, counts.refused);
  yield* commands.samples(where);
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);
  deploys.onStarted(forgetCommands);

  function NodeStore(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      startStore(this, readOptions(RED, config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function startStore(node: Node, options: StoreOptions): void {
    const line = statusLine(node);
    const mintId = messageIds(RED.util.generateId);
    const told = new Gatherer<GatehouseMessage>((messages) => node.send([null, asOne(messages, mintId)]));
    const confirm = (one: Confirmation, isListed: boolean) => {
      if (isListed) told.add(one as unknown as GatehouseMessage);
      else node.send([null, one as unknown as NodeMessage]);
    };
    const report = (fault: Error) => node.warn(fault.message);
    const writer = new ReadingWriter(options.limits, report, options.onlyDifferent, confirm);
    const commands = new StoreCommands(
      (outcome) => node.send([null, outcome as unknown as NodeMessage]),
      takeCommands(node.id),
    );
    const inputs = new StoreInputs(options.store, writer, commands);
    let stop = () => {};
    let followed: Backend | null = null;
    let statusOf = (): NodeStatus | null => null;
    const removeCollector = addCollector(node, (where) => samples(where, writer, commands));
    const unsubscribe = options.store.subscribe((state) => {
      const { backend } = options.store;
      const isSound = state.name === "ready" && state.unsaved === undefined;
      statusOf = () => (isSound ? null : storeStatus(RED, state));
      if (backend !== followed) {
        stop();
        stop = backend ? followStore(backend) : () => {};
        followed = backend;
      }
      if (!isSound) line.show(storeStatus(RED, state));
      inputs.follow(state);
    });

    function followStore(backend: Backend): () => void {
      const abort = new AbortController();
      for (const part of [writer, commands]) {
        part.follow(backend, abort.signal).catch((fault: Error) => node.warn(fault.message));
      }
      const stopRate = showRate(
        line,
        () => writer.counts.stored,
        (rate) => statusOf() ?? storing(writer.devices, rate),
      );
      return () => {
        abort.abort();
        stopRate();
      };
    }

    node.on("input", (message, send, done) =>
      inputs.receive({ message: message as Input["message"], send: send as Input["send"], done }),
    );
    node.on("close", (removed: boolean, done: () => void) => {
      unsubscribe();
      stop();
      commands.stop();
      if (!removed && deploys.isDeploying()) parkCommands(node.id, commands.park());
      removeCollector();
      line.stop();
      const lost = inputs.clear("stopped");
      if (lost > 0) node.warn(RED._("node-store.error.stopped", { count: lost }));
      done();
    });
  }

  function storing(devices: number, rate: number): NodeStatus {
    return { fill: "green", shape: "dot", text: RED._("node-store.status.storing", { devices, rate }) };
  }

  RED.nodes.registerType("node-store", NodeStore);
}
