/** Flow node: a bounded queue of messages for each name, kept in the store, from which relays ask for the next one. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import type { QueueEvent } from "../lib/queue/queue-news.ts";
import { topicOf } from "../lib/store/topic.ts";
import { QueueDesk } from "./relay-queue/desk.ts";
import type { Input } from "./relay-queue/questions.ts";
import { type QueueOptions, readQueueOptions } from "./relay-queue/read-options.ts";
import { drive } from "./shared/drive.ts";
import { inTime } from "./shared/in-time.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { showRate } from "./shared/rate.ts";
import { statusLine } from "./shared/status.ts";
import { storeStatus } from "./store-backend.ts";

type Send = (message: NodeMessage | (NodeMessage | null)[]) => void;

/** Node-RED waits longer, but a deploy should not. */
const CLOSE_MS = 2000;

/** Readings of `queue/<name>`, so that the second output can be stored and shown as any other. */
const NETWORK = "queue";

function* samples(where: string, desk: QueueDesk): Iterable<Sample> {
  const { counts } = desk;
  yield { name: "gatehouse_queue_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_queue_out_total", labels: { where }, value: counts.out };
  for (const [queue, value] of desk.held()) yield { name: "gatehouse_queue_held", labels: { where, queue }, value };
  yield* dropSamples(where, counts.dropped);
}

function readingOf(event: Exclude<QueueEvent, { type: "look" }>): GatehouseMessage {
  const device = `${NETWORK}/${event.queue}`;
  const { type } = event;
  const payload = event.type === "depth" ? event.depth : dropsOf(event);
  return { device, type, payload, time: Date.now(), topic: topicOf(device, type) } as GatehouseMessage;
}

function dropsOf({ reason, count, total, all }: Extract<QueueEvent, { type: "dropped" }>) {
  return { reason, count, total, all };
}

export default function register(RED: NodeAPI): void {
  function RelayQueue(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, readQueueOptions(RED, config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, options: QueueOptions): void {
    const line = statusLine(node);
    const desk = new QueueDesk(options, {
      news: (events) => driver.run(events),
      fault: (error) => node.warn(error.message),
    });
    const driver = drive<QueueEvent>(desk.news, perform);
    let stopRate = () => {};
    const removeCollector = addCollector(node, (where) => samples(where, desk));
    const unsubscribe = options.store.subscribe((state) => {
      desk.follow(state);
      stopRate();
      const isSound = state.name === "ready" && state.unsaved === undefined;
      if (isSound)
        stopRate = showRate(
          line,
          () => desk.counts.in,
          (rate) => holding(desk, rate),
        );
      else line.show(storeStatus(RED, state));
    });

    function perform(event: QueueEvent): void {
      if (event.type === "look") desk.look(event.queue).catch((error: Error) => node.warn(error.message));
      else node.send([null, readingOf(event)]);
    }

    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      const input: Input = { message, answer: (answer) => send(answer), done };
      desk.receive(input);
    });
    node.on("close", (_removed: boolean, done: () => void) => {
      for (const undo of [unsubscribe, removeCollector, stopRate]) undo();
      inTime(desk.stop(), CLOSE_MS, `messages were still on their way into the store after ${CLOSE_MS} ms`)
        .catch((fault: Error) => node.warn(fault.message))
        .finally(() => {
          driver.stop();
          line.stop();
          done();
        });
    });
  }

  function holding({ news, counts }: QueueDesk, rate: number): NodeStatus {
    const text = RED._("relay-queue.status.holding", { held: news.held, rate, dropped: counts.lost });
    return { fill: counts.lost > 0 ? "yellow" : "green", shape: "dot", text };
  }

  RED.nodes.registerType("gh-relay-queue", RelayQueue);
}
