/** What monitoring browsers are told, as a timed core: traffic in bounded lines, nodes, robots and connections (PROTOCOLS 2.3). */
import type { JsonObject } from "../json/safe-json.ts";
import { LineBudget } from "./line-budget.ts";
import type { KnownNode } from "./replies.ts";
import { applyReport, type RobotReport } from "./robots.ts";

/** One JSON text for every browser. */
export interface MonitorEvent {
  readonly type: "frame";
  readonly text: string;
}

export interface Connections {
  /** A client program listens. */
  readonly socket: boolean;
  /** The module's line is open. */
  readonly uart: boolean;
}

const NONE: readonly MonitorEvent[] = [];

export class Monitor {
  /** Lines = told + shortened. What the lines are about is not lost by it. */
  readonly counts = { lines: 0, shortened: 0 };
  /** Clients' own log lines have a budget apart, so that traffic cannot crowd them out. */
  readonly #traffic: LineBudget;
  readonly #logs: LineBudget;
  #nodes: string;
  #robots: readonly JsonObject[];
  #connections: Connections = { socket: false, uart: false };

  constructor(linesPerSecond: number, robots: readonly JsonObject[] = []) {
    this.#traffic = new LineBudget(linesPerSecond);
    this.#logs = new LineBudget(linesPerSecond);
    this.#robots = robots;
    this.#nodes = nodesFrame([]);
  }

  get robots(): readonly JsonObject[] {
    return this.#robots;
  }

  /** For a browser that has just come. */
  present(): readonly MonitorEvent[] {
    return [this.#nodes, robotsFrame(this.#robots), connectionsFrame(this.#connections)].map(frame);
  }

  /** The line is worded only where there is room for it. */
  traffic(line: () => string, now: number): readonly MonitorEvent[] {
    return this.#tell(this.#traffic, line, now);
  }

  log(text: string, now: number): readonly MonitorEvent[] {
    return this.#tell(this.#logs, () => text, now);
  }

  #tell(budget: LineBudget, line: () => string, now: number): readonly MonitorEvent[] {
    this.counts.lines++;
    if (budget.take(now)) return [frame(lineFrame(line()))];
    this.counts.shortened++;
    return NONE;
  }

  /** Nothing where all is as it was told. */
  nodes(nodes: readonly KnownNode[]): readonly MonitorEvent[] {
    const text = nodesFrame(nodes);
    if (text === this.#nodes) return NONE;
    this.#nodes = text;
    return [frame(text)];
  }

  connections(connections: Connections): readonly MonitorEvent[] {
    const { socket, uart } = this.#connections;
    if (connections.socket === socket && connections.uart === uart) return NONE;
    this.#connections = connections;
    return [frame(connectionsFrame(connections))];
  }

  reported(report: RobotReport): readonly MonitorEvent[] {
    this.#robots = applyReport(this.#robots, report);
    return [frame(robotsFrame(this.#robots))];
  }

  /** Says how many lines there was no room for. */
  handleTimer(now: number): readonly MonitorEvent[] {
    const missing = this.#traffic.close(now) + this.#logs.close(now);
    return missing === 0 ? NONE : [frame(lineFrame(`… ${missing} more`))];
  }

  nextDeadline(): number | null {
    const first = this.#traffic.nextDeadline();
    const second = this.#logs.nextDeadline();
    return first === null || second === null ? (first ?? second) : Math.min(first, second);
  }
}

function frame(text: string): MonitorEvent {
  return { type: "frame", text };
}

function lineFrame(message: string): string {
  return JSON.stringify({ type: "trafficLog", message });
}

function nodesFrame(nodes: readonly KnownNode[]): string {
  const rows = nodes.map(({ address, isConnected }) => ({
    name: `Node-${address}`,
    status: isConnected ? "normal" : "error",
  }));
  return JSON.stringify({ type: "networkStatus", status: "nodeStatus", nodes: rows });
}

function robotsFrame(robots: readonly JsonObject[]): string {
  return JSON.stringify({ type: "networkStatus", status: "robotStatus", robots });
}

function connectionsFrame({ socket, uart }: Connections): string {
  return JSON.stringify({ type: "networkStatus", status: "connectionStatus", socket, uart });
}
