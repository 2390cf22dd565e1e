/** Tells browsers each reading that comes in, by topic, through a hub. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import type { DeliveryClass } from "../lib/sse/published.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { Outlet } from "./sse-hub/outlet.ts";
import type { HubState } from "./sse-hub/state-board.ts";
import { hubOf } from "./sse-hub.ts";

const CLASSES: readonly DeliveryClass[] = ["log", "latest"];

function* samples(where: string, { counts }: Outlet): Iterable<Sample> {
  yield { name: "gatehouse_sse_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_sse_told_total", labels: { where }, value: counts.told };
  yield* dropSamples(where, counts.dropped);
}

export default function register(RED: NodeAPI): void {
  function SseOut(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, config);
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, config: Fields): void {
    const hub = hubOf(RED, config.hub);
    const delivery = choiceOption(config, "delivery", CLASSES, "log");
    const status = statusLine(node);
    const outlet = new Outlet(delivery, hub);
    const removeCollector = addCollector(node, (where) => samples(where, outlet));
    const unsubscribe = hub.subscribe((state) => {
      outlet.follow(state);
      status.show(statusOf(state));
    });

    node.on("input", (message, _send, done) => done(outlet.tell(message, Date.now())));
    node.on("close", (_removed: boolean, done: () => void) => {
      unsubscribe();
      removeCollector();
      status.stop();
      done();
    });
  }

  function statusOf({ clients, fault }: HubState): NodeStatus {
    if (fault !== undefined) return { fill: "red", shape: "ring", text: fault };
    return { fill: "green", shape: "dot", text: RED._("sse-out.status.clients", { n: clients }) };
  }

  RED.nodes.registerType("sse-out", SseOut);
}
