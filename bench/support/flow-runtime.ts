/** A real Node-RED inside the benchmark's process, with our main flow and pass-through nodes beside it or a flow that is given, and one browser. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface RuntimeNode {
  receive(message: object): void;
  publish(publication: unknown, delivery?: string): void;
}

export interface Runtime {
  init(server: unknown, settings: object): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly httpNode: unknown;
  readonly nodes: { getNode(id: string): RuntimeNode };
  readonly events: { once(event: string, listener: () => void): void };
}

/** What a node must do at least; its nodes stand in the runtime as ours do. */
const PASS_NODE = `module.exports = function (RED) {
  RED.nodes.registerType("bench-pass", function (config) {
    RED.nodes.createNode(this, config);
    this.on("input", (msg, send, done) => { send(msg); done(); });
  });
  RED.nodes.registerType("bench-end", function (config) {
    RED.nodes.createNode(this, config);
    this.on("input", (msg, send, done) => { globalThis.gatehouseBenchEnd(); done(); });
  });
};`;

function mainFlow(): object[] {
  const hub = { path: "/gatehouse", ringEvents: "262144", ringMib: "64", lagKib: "65536" };
  const codec = { type: "uart-codec", z: "tab", mode: "decode", network: "mesh", batch: "auto" };
  const wired = (id: string, next: string[], node: object) => ({
    id,
    z: "tab",
    x: 1,
    y: 1,
    ...node,
    wires: [next, []],
  });
  return [
    { id: "tab", type: "tab", label: "bench" },
    { id: "bench-store", type: "gh-store-backend", kind: "memory", maxCount: "2000" },
    { id: "bench-hub", type: "gh-sse-hub", store: "bench-store", ...hub },
    wired("codec", ["keep"], codec),
    wired("codec-of-singles", ["keep"], { ...codec, batch: "reading" }),
    wired("keep", ["out"], { type: "node-store", store: "bench-store" }),
    wired("out", [], { type: "sse-out", hub: "bench-hub" }),
    wired("pass-1", ["pass-2"], { type: "bench-pass" }),
    wired("pass-2", ["pass-3"], { type: "bench-pass" }),
    wired("pass-3", [], { type: "bench-end" }),
  ];
}

export async function startRuntime(
  userDir: string,
  flow: readonly object[] = mainFlow(),
): Promise<{ red: Runtime; origin: string }> {
  const nodes = join(userDir, "bench-nodes");
  mkdirSync(nodes);
  writeFileSync(join(nodes, "bench-pass.js"), PASS_NODE);
  writeFileSync(join(nodes, "bench-pass.html"), "");
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(flow));
  const red = createRequire(import.meta.url)("node-red") as Runtime;
  const server = createServer((request, response) =>
    (red.httpNode as (a: unknown, b: unknown) => void)(request, response),
  );
  red.init(server, {
    userDir,
    flowFile: "flows.json",
    nodesDir: [ROOT, nodes],
    httpAdminRoot: false,
    httpNodeRoot: "/",
    logging: { console: { level: "off" } },
    telemetry: { enabled: false },
  });
  const started = new Promise<void>((resolve) => red.events.once("flows:started", resolve));
  await red.start();
  await started;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { red, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Resolves when the browser's stream is open. */
export async function openBrowser(origin: string, received: { events: number }): Promise<ChildProcess> {
  const browser = fork(join(ROOT, "bench/support/sse-counter.ts"), [`${origin}/gatehouse/events?topic=%23`]);
  await new Promise<void>((resolve, reject) => {
    browser.on("message", (message: { open?: number; events?: number }) => {
      if (message.events !== undefined) received.events = message.events;
      else if (message.open === 200) resolve();
      else reject(new Error(`the event stream answered ${message.open}`));
    });
  });
  return browser;
}
