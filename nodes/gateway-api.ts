/** Serves client programs of a mesh gateway: readings from the store, commands to the module, pushes, and monitoring. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { LIVE_ONLY } from "../lib/store/topic.ts";
import { Gateway } from "./gateway-api/gateway.ts";
import type { GatewayCommand, GatewayOutput } from "./gateway-api/gateway-output.ts";
import { takeAll } from "./gateway-api/inputs.ts";
import { forgetGateways, parkGateway, takeGateway } from "./gateway-api/parked.ts";
import { type GatewayOptions, readGatewayOptions } from "./gateway-api/read-options.ts";
import { watchDeploys } from "./shared/deploys.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { messageIds } from "./shared/message-ids.ts";
import { asOne, isList } from "./shared/message-list.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { showRate } from "./shared/rate.ts";
import { statusLine } from "./shared/status.ts";

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);
  deploys.onStarted(forgetGateways);

  function GatewayApiNode(this: Node, fields: NodeDef & Fields): void {
    RED.nodes.createNode(this, fields);
    try {
      serve(this, readGatewayOptions(RED, fields));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, options: GatewayOptions): void {
    const line = statusLine(node);
    const mintId = messageIds(RED.util.generateId);
    let rate = 0;
    const changed = () => line.show(() => statusOf(gateway, rate));
    const output = outputOf(node, options, mintId, changed);
    const gateway: Gateway = new Gateway(options, output, takeGateway(node.id));
    const uncollect = addCollector(node, (where) => samplesOf(where, gateway));
    const stopRate = showRate(
      line,
      () => gateway.counts.requests,
      (perSecond) => {
        rate = perSecond;
        return statusOf(gateway, rate);
      },
    );
    node.on("input", (message: GatehouseMessage, _send, done) => {
      done(isList(message) ? output.together(() => takeAll(message.payload, gateway)) : takeAll([message], gateway));
    });
    node.on("close", (removed: boolean, done: () => void) => {
      if (!removed && deploys.isDeploying()) parkGateway(node.id, gateway.parked);
      gateway.stop();
      stopRate();
      uncollect();
      line.stop();
      done();
    });
  }

  function statusOf({ counts }: Gateway, rate: number): NodeStatus {
    const { listeners, isLinked, isExposed } = counts;
    const text = (name: string) => RED._(`gateway-api.status.${name}`, { listeners, rate });
    if (isLinked === false) return { fill: "yellow", shape: "ring", text: text("unlinked") };
    if (isExposed) return { fill: "yellow", shape: "dot", text: text("exposed") };
    return { fill: "green", shape: "dot", text: text("serving") };
  }

  RED.nodes.registerType("gh-gateway-api", GatewayApiNode);
}

/** Replies and pushes leave by the first output, commands by the second, frames for monitors by the third. */
function outputOf(
  node: Node,
  { replyTimeoutMs, network }: GatewayOptions,
  mintId: () => string,
  changed: () => void,
): GatewayOutput & { together: <Result>(work: () => Result) => Result } {
  let gathered: GatehouseMessage[] | null = null;
  const send = (...messages: (object | null)[]) => node.send(messages as NodeMessage[]);
  // An sse-out takes a frame as it is.
  const topic = `${LIVE_ONLY}${network}/monitor`;
  return {
    client(session, payload, close) {
      const message: Partial<GatehouseMessage> = { _session: { type: "session", id: session } };
      if (payload !== undefined) message.payload = payload;
      if (close) message.close = true;
      if (gathered) gathered.push(message as GatehouseMessage);
      else node.send(asOne([message as GatehouseMessage], mintId) as NodeMessage);
    },
    /** What clients are told meanwhile leaves as one list. */
    together(work) {
      gathered = [];
      try {
        return work();
      } finally {
        if (gathered.length > 0) node.send(asOne(gathered, mintId) as NodeMessage);
        gathered = null;
      }
    },
    command: (command) => send(null, commandMessage(command, Date.now() + replyTimeoutMs)),
    frame: (payload, id) =>
      send(null, null, { topic, payload, ...(id !== null && { _session: { type: "session", id } }) }),
    changed,
    warn: (fault) => node.warn(fault.message),
  };
}

/** It must not reach the module once its client was told that it failed. */
function commandMessage({ device, type, payload, id, session }: GatewayCommand, deadline: number): object {
  const topic = `${device}/${type}`;
  return { action: "command", device, type, topic, payload, id, deadline, _session: { type: "session", id: session } };
}

function* samplesOf(where: string, { counts, leftOut }: Gateway): Iterable<Sample> {
  const { requests, replies, pushes, waiting, listeners, monitors, lines, failures } = counts;
  const labels = { where };
  yield { name: "gatehouse_api_requests_total", labels, value: requests };
  yield { name: "gatehouse_api_replies_total", labels, value: replies };
  yield { name: "gatehouse_api_pushes_total", labels, value: pushes };
  yield { name: "gatehouse_api_commands_waiting", labels, value: waiting };
  yield { name: "gatehouse_api_listeners", labels, value: listeners };
  yield { name: "gatehouse_api_monitors", labels, value: monitors };
  yield { name: "gatehouse_api_lines_total", labels, value: lines.lines };
  yield { name: "gatehouse_api_lines_left_out_total", labels, value: lines.shortened };
  for (const [reason, value] of Object.entries(failures)) {
    yield { name: "gatehouse_api_failures_total", labels: { where, reason }, value };
  }
  const { vanished, flooded, excess, unheard } = counts;
  yield* dropSamples(where, { vanished, flooded, excess, unheard, "left-out": leftOut });
}
