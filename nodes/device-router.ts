/** Brings what devices say to the browsers that view them, and what browsers say to the devices that they name. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import { parkRouter, takeRouter } from "./device-router/parked.ts";
import { TokenPermits, type Tokens } from "./device-router/permits.ts";
import { Routing } from "./device-router/routing.ts";
import { watchDeploys } from "./shared/deploys.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, idOption, textOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import { registryOf } from "./token-registry.ts";

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);

  function DeviceRouter(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, fields, idOption(fields, "network", "site"));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, fields: Fields, network: string): void {
    const left = takeRouter(node.id, network);
    const permits = readPermits(fields, network, left?.tokens);
    const line = statusLine(node);
    const routing = new Routing(network, permits, left?.state, (messages) => node.send(messages));
    const uncollect = addCollector(node, (where) => samples(where, network, routing));
    node.on("input", (message: GatehouseMessage, _send, done) => {
      routing.take(message);
      line.show(() => statusOf(routing));
      done();
    });
    node.on("close", (removed: boolean, done: () => void) => {
      const { state } = routing;
      if (!removed && deploys.isDeploying())
        parkRouter(node.id, { network, state, tokens: permits?.tokens ?? new Map() });
      uncollect();
      line.stop();
      done();
    });
  }

  function readPermits(fields: Fields, network: string, tokens?: Tokens): TokenPermits | null {
    if (textOption(fields, "registry", "") === "") return null;
    return new TokenPermits(registryOf(RED, fields.registry), network, tokens);
  }

  function statusOf({ devices, browsers }: Routing): NodeStatus {
    return { fill: "green", shape: "dot", text: RED._("device-router.status.known", { devices, browsers }) };
  }

  RED.nodes.registerType("gh-device-router", DeviceRouter);
}

function* samples(where: string, network: string, { devices, browsers, counts }: Routing): Iterable<Sample> {
  const labels = { where, network };
  yield { name: "gatehouse_router_devices", labels, value: devices };
  yield { name: "gatehouse_router_browsers", labels, value: browsers };
  yield { name: "gatehouse_router_sent_total", labels: { ...labels, to: "browser" }, value: counts.told };
  yield { name: "gatehouse_router_sent_total", labels: { ...labels, to: "device" }, value: counts.ordered };
  yield* dropSamples(where, counts.dropped);
}
