/** Flow node: the commands that browsers send to a hub, and who of them is there. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { Attendance } from "./browser-in/attendance.ts";
import { PageWatch } from "./browser-in/page-watch.ts";
import { watchDeploys } from "./shared/deploys.ts";
import { addCollector, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, numberOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";
import type { Presence } from "./sse-hub/browsers.ts";
import type { TakenCommand } from "./sse-hub/command-intake.ts";
import { commandMessage } from "./sse-hub/command-message.ts";
import type { HubState } from "./sse-hub/state-board.ts";
import { hubOf, type SseHubNode } from "./sse-hub.ts";

const DEFAULT_DEADLINE_S = 10;
const MAX_DEADLINE_S = 86_400;

interface Options {
  readonly hub: SseHubNode;
  readonly deadlineMs: number;
  /** A hub whose commands lead nowhere must not take any. */
  readonly isWired: boolean;
}

function readOptions(RED: NodeAPI, fields: Fields): Options {
  const { wires } = fields as { wires?: readonly (readonly string[])[] };
  return {
    hub: hubOf(RED, fields.hub),
    deadlineMs: numberOption(fields, "deadline", [0.1, MAX_DEADLINE_S], DEFAULT_DEADLINE_S) * 1000,
    isWired: (wires?.[0]?.length ?? 0) > 0,
  };
}

function presenceMessage({ type, browser, follows }: Presence): NodeMessage {
  const { id, via, address, since, view, topics } = browser;
  return {
    type,
    payload: { via, address, since, view, topics, follows },
    _session: { type: "browser", id },
  } as NodeMessage;
}

function* samples(where: string, counts: { commands: number; presences: number }): Iterable<Sample> {
  yield { name: "gatehouse_browser_in_commands_total", labels: { where }, value: counts.commands };
  yield { name: "gatehouse_browser_in_presences_total", labels: { where }, value: counts.presences };
}

export default function register(RED: NodeAPI): void {
  const deploys = watchDeploys(RED.events);

  function BrowserIn(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      listen(this, readOptions(RED, config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function listen(node: Node, { hub, deadlineMs, isWired }: Options): void {
    const line = statusLine(node);
    const counts = { commands: 0, presences: 0 };
    const command = (taken: TakenCommand) => {
      counts.commands++;
      node.send(commandMessage(taken, Date.now() + deadlineMs));
    };
    const tell = (message: NodeMessage) => {
      counts.presences++;
      node.send([null, message]);
    };
    const pages = new PageWatch(tell);
    const attendance = new Attendance(node.id, (browser) => {
      tell(presenceMessage({ type: "gone", browser, follows: [] }));
      pages.lose(browser);
    });
    const presence = (change: Presence) => {
      attendance.receive(change);
      tell(presenceMessage(change));
      pages.receive(change);
    };
    const ends = [line.stop, addCollector(node, (where) => samples(where, counts))];
    let isClosed = false;
    // What is sent earlier may find no receiver.
    void deploys.started().then(() => {
      if (isClosed) return;
      const receiving = hub.receiveFromBrowsers({ command: isWired ? command : null, presence });
      const show = (state: HubState) => line.show(() => statusOf(state, !isWired || receiving.takesCommands()));
      ends.push(receiving.stop, hub.subscribe(show, false));
      attendance.begin();
    });
    node.on("close", (removed: boolean, done: () => void) => {
      isClosed = true;
      attendance.end(removed, pages.stop());
      for (const end of ends) end();
      done();
    });
  }

  function statusOf({ clients, fault }: HubState, takesCommands: boolean): NodeStatus {
    if (fault !== undefined) return { fill: "red", shape: "ring", text: fault };
    if (!takesCommands) return { fill: "yellow", shape: "ring", text: RED._("browser-in.status.second") };
    return { fill: "green", shape: "dot", text: RED._("browser-in.status.browsers", { n: clients }) };
  }

  RED.nodes.registerType("gh-browser-in", BrowserIn);
}
