/** Flow node: a view of devices that a hub serves, its commands, and what the flow tells its pages. */
import type { Node, NodeAPI, NodeDef, NodeStatus } from "node-red";
import { readViewOptions, type ViewOptions } from "./device-view/read-options.ts";
import { UserData } from "./device-view/user-data.ts";
import { watchDeploys } from "./shared/deploys.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import type { Fields } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import type { TakenCommand } from "./sse-hub/command-intake.ts";
import { commandMessage } from "./sse-hub/command-message.ts";
import type { HubState } from "./sse-hub/state-board.ts";

function* samples(where: string, { counts }: UserData, commands: number): Iterable<Sample> {
  yield { name: "gatehouse_view_commands_total", labels: { where }, value: commands };
  yield { name: "gatehouse_view_data_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_view_data_told_total", labels: { where }, value: counts.told };
  yield* dropSamples(where, counts.dropped);
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);

  function DeviceView(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      serve(this, readViewOptions(RED, config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function serve(node: Node, { hub, deadlineMs, isWired, ...options }: ViewOptions): void {
    const line = statusLine(node);
    const data = new UserData(hub, options.device);
    let commands = 0;
    let fault = "";
    let state: HubState = { clients: 0, dropped: 0, serves: true };
    const take = (taken: TakenCommand) => {
      commands++;
      node.send(commandMessage(taken, Date.now() + deadlineMs));
    };
    const show = () => line.show(() => statusOf(options.name, fault || state.fault, isWired));
    const ends = [line.stop, addCollector(node, (where) => samples(where, data, commands))];

    /** Another node may have the name, and be gone with a later deploy. */
    function claim(): void {
      if (data.view) return;
      try {
        data.view = hub.addView({ ...options, id: node.id, label: labelOf(node), take: isWired ? take : null });
        fault = "";
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        if (fault !== error.message) node.error(error.message);
        fault = error.message;
      }
      show();
    }

    claim();
    ends.push(deploys.onStarted(claim));
    ends.push(
      hub.subscribe((now) => {
        state = now;
        show();
      }, false),
    );
    node.on("input", (message, _send, done) => done(data.receive(message as GatehouseMessage, Date.now())));
    node.on("close", (removed: boolean, done: () => void) => {
      data.view?.remove(removed);
      data.view = null;
      for (const end of ends.splice(0)) end();
      done();
    });
  }

  function statusOf(name: string, fault: string | undefined, isWired: boolean): NodeStatus {
    if (fault !== undefined) return { fill: "red", shape: "ring", text: fault };
    const key = isWired ? "device-view.status.served" : "device-view.status.unwired";
    return { fill: "green", shape: "dot", text: RED._(key, { name }) };
  }

  RED.nodes.registerType("gh-device-view", DeviceView);
}

function labelOf({ id }: Node): string {
  return `device-view ${id}`;
}
