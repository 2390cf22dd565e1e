/** Flow node: lets so many robots in, and tells and closes the others. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { type GateEvent, type GateOptions, RobotGate } from "../lib/robots/robot-gate.ts";
import { drive, now } from "./shared/drive.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, integerOption, listOption, numberOption } from "./shared/options.ts";
import { isSimulated } from "./shared/simulated.ts";
import { statusLine } from "./shared/status.ts";

type Send = (messages: (NodeMessage | null)[]) => void;

interface Counts {
  in: number;
  admitted: number;
  readonly dropped: Record<string, number>;
}

const MAX_ROBOTS = 10_000;
const MAX_PER_SECOND = 1_000_000;
const TOO_FAST = '{"error":"too-fast"}\n';
/** A session's own types (session-in, second output). */
const EVENTS: ReadonlySet<unknown> = new Set(["opened", "closed", "ended", "refused", "dropped"]);

function readOptions(fields: Fields): GateOptions {
  return {
    mostRobots: integerOption(fields, "mostRobots", [1, MAX_ROBOTS], 2),
    freeUsers: new Set(listOption(fields, "freeUsers", "")),
    patienceMs: numberOption(fields, "patience", [0.1, 3600], 2) * 1000,
    // 0: as fast as they like.
    mostPerSecond: integerOption(fields, "mostPerSecond", [0, MAX_PER_SECOND], 1000) || Number.POSITIVE_INFINITY,
  };
}

/** By its own address and port, never by what it sends. */
function isSimulatedPeer({ address, port }: Readonly<Record<string, unknown>>): boolean {
  return typeof address === "string" && typeof port === "number" && isSimulated("tcp", address, port);
}

function* samples(where: string, { admitted, ...counts }: Counts, robots: number): Iterable<Sample> {
  yield { name: "gatehouse_robots_in_total", labels: { where }, value: counts.in };
  yield { name: "gatehouse_robots_admitted_total", labels: { where }, value: admitted };
  yield { name: "gatehouse_robots", labels: { where }, value: robots };
  yield* dropSamples(where, counts.dropped);
}

export default function register(RED: NodeAPI): void {
  function RobotGateNode(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, readOptions(config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, options: GateOptions): void {
    const gate = new RobotGate(options);
    const counts: Counts = { in: 0, admitted: 0, dropped: { full: 0, refused: 0, replaced: 0, "too-fast": 0 } };
    const line = statusLine(node);
    const driver = drive<GateEvent>(gate, (event) => {
      const _session = { type: "session", id: event.session };
      if (event.type === "slowed") node.send([null, { payload: TOO_FAST, _session } as NodeMessage]);
      else {
        counts.dropped[event.reason]!++;
        node.send([null, { payload: `{"error":"${event.reason}"}\n`, _session, close: true } as NodeMessage]);
      }
    });
    const show = () => line.show(() => statusOf(gate.robots, options.mostRobots));
    const removeCollector = addCollector(node, (where) => samples(where, counts, gate.robots));

    function follow({ type, payload, _session }: GatehouseMessage): void {
      if (!_session || isSimulatedPeer((payload ?? {}) as Record<string, unknown>)) return;
      if (type === "opened") gate.opened(_session.id, now());
      if (type === "closed") gate.closed(_session.id, now());
      driver.run([]);
    }

    function judge(message: GatehouseMessage, send: Send): void {
      counts.in++;
      const fault = faultOf(message);
      if (fault === null) {
        counts.admitted++;
        send([message, null]);
      } else counts.dropped[fault]!++;
    }

    /** Why it goes no further; null where it does. */
    function faultOf(message: GatehouseMessage): "refused" | "too-fast" | null {
      if (!message._session) return null;
      const { id } = message._session;
      if (isSimulatedPeer(message)) {
        // It may have come before it was known.
        gate.closed(id, now());
        return null;
      }
      const { isAdmitted, isTooFast, events } = gate.heard(id, message.user as string, now());
      driver.run(events);
      if (isAdmitted) return null;
      return isTooFast ? "too-fast" : "refused";
    }

    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      const isEvent = message.user === undefined && EVENTS.has(message.type);
      if (isEvent) follow(message);
      else if (typeof message.user === "string") judge(message, send);
      show();
      done(isEvent || typeof message.user === "string" ? undefined : new RangeError('"user" is missing'));
    });
    node.on("close", () => {
      driver.stop();
      removeCollector();
      line.stop();
    });
    show();
  }

  function statusOf(robots: number, most: number): NodeStatus {
    const text = RED._("robot-gate.status.robots", { robots, most });
    return { fill: robots < most ? "green" : "yellow", shape: "dot", text };
  }

  RED.nodes.registerType("gh-robot-gate", RobotGateNode);
}
