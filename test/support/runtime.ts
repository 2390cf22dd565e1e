/** Runs nodes in a real Node-RED runtime inside the test process. */
import { type EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import type { Node, NodeAPI } from "node-red";
import helper from "node-red-node-test-helper";

type Register = (RED: NodeAPI) => void;
type Flow = readonly Readonly<Record<string, unknown>>[];

const require = createRequire(import.meta.url);
const { events } = require("@node-red/util") as { events: EventEmitter };
helper.init(require.resolve("node-red"));

/** Core's `catch` and `status` nodes, for tests of what reaches them. */
export const CATCH: Register = require("@node-red/nodes/core/common/25-catch.js");
export const STATUS: Register = require("@node-red/nodes/core/common/25-status.js");
/** Core's nodes that route and set, for tests of a wiring that ships. */
export const SWITCH: Register = require("@node-red/nodes/core/function/10-switch.js");
export const CHANGE: Register = require("@node-red/nodes/core/function/15-change.js");

/** Starts a server for the nodes' admin routes; call it in `before`, and `stopRuntime` in `after`. */
export function startRuntime(): Promise<void> {
  return new Promise((resolve) => helper.startServer(resolve));
}

export function stopRuntime(): Promise<void> {
  return new Promise((resolve) => helper.stopServer(resolve));
}

/** Loads node types and deploys a flow; resolves when the flow has started. */
export function deploy(registers: readonly Register[], flow: Flow, credentials: object = {}): Promise<void> {
  return helper.load(registers, copyOf(flow), credentials);
}

/** Deploys another flow in the place of the present one, without loading the types anew; resolves when it has started. */
export async function redeploy(flow: Flow, type: "full" | "nodes" | "flows" = "full"): Promise<void> {
  const started = once(events, "flows:started");
  // The helper gives up after 300 ms.
  const hurried = (fault: Error) => {
    if (fault.message !== "timeout waiting event") throw fault;
  };
  await Promise.all([started, helper.setFlows(copyOf(flow), type).catch(hurried)]);
}

/** Stops the flow and forgets the types. */
export function unload(): Promise<void> {
  return helper.unload();
}

export function nodeOf<T = Node>(id: string): T {
  const node = helper.getNode(id);
  if (!node) throw new Error(`no node ${id} in the flow`);
  return node as unknown as T;
}

/** The next message that reaches a node; nodes of type `helper` are ends of wires. */
export function nextInput<M = Record<string, unknown>>(id: string): Promise<M> {
  return new Promise((resolve) => nodeOf<Node>(id).once("input", (message) => resolve(message as M)));
}

/** What nodes logged at error level since the flow was loaded. */
export function loggedErrors(): string[] {
  return loggedAt(20);
}

/** What nodes logged at warning level since the flow was loaded. */
export function loggedWarnings(): string[] {
  return loggedAt(30);
}

function loggedAt(level: number): string[] {
  return helper
    .log()
    .args.map(([entry]) => entry)
    .filter((entry) => entry.level === level)
    .map((entry) => String(entry.msg));
}

/** The runtime keeps the objects it is given. */
function copyOf(flow: Flow): object[] {
  return structuredClone(flow) as object[];
}
