/**
 * The main job as a whole, in a real Node-RED: UART frames → uart-codec → node-store → sse-out → one browser,
 * against as many messages through three empty pass-through nodes. Readings per CPU second of the runtime.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataTypeTable } from "../lib/uart/data-types.ts";
import { encodeFrame } from "../lib/uart/frame.ts";
import { encodeReadings } from "../lib/uart/messages.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const ROUNDS = 5;
const READINGS_PER_FRAME = 4;
const FRAMES = 4096;
const LONG_CHUNK = 64 * 1024;
/** About what 115200 baud delivers in 10 ms. */
const SHORT_CHUNK = 128;
const GOAL = 0.6;
const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface RuntimeNode {
  receive(message: object): void;
  publish(publication: unknown, delivery?: string): void;
}

interface Runtime {
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

function flow(): object[] {
  const hub = { path: "/gatehouse", ringEvents: "262144", ringMib: "64", lagKib: "65536" };
  const codec = { type: "uart-codec", z: "tab", mode: "decode", network: "mesh" };
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
    wired("codec-of-lists", ["keep"], { ...codec, batch: "chunk" }),
    wired("keep", ["out"], { type: "node-store", store: "bench-store" }),
    wired("out", [], { type: "sse-out", hub: "bench-hub" }),
    wired("pass-1", ["pass-2"], { type: "bench-pass" }),
    wired("pass-2", ["pass-3"], { type: "bench-pass" }),
    wired("pass-3", [], { type: "bench-end" }),
  ];
}

/** 64 bytes of payload: a position and three values of types that nobody defined. */
function frames(): Buffer {
  const types = new DataTypeTable();
  const bodies = Array.from({ length: FRAMES }, (_, index) => {
    const value = (seed: number) => Buffer.from(Array.from({ length: 12 }, (_, at) => (index * 31 + at * seed) % 251));
    const readings = [
      { type: "GPS", value: { longitude: 121.5 + index / 1e4, latitude: 25 } },
      { type: "TMP", value: value(7) },
      { type: "BAT", value: value(11) },
      { type: "ACC", value: value(13) },
    ];
    return encodeFrame(encodeReadings(1 + (index % 50), readings, "type3", types));
  });
  return Buffer.concat(bodies);
}

function cut(bytes: Buffer, length: number): Buffer[] {
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * length, (index + 1) * length));
}

/** Resolves once so many have been counted. */
class Counter {
  count = 0;
  #wanted = 0;
  #resolve: () => void = () => {};

  readonly one = (): void => {
    this.count++;
    if (this.count === this.#wanted) this.#resolve();
  };

  reach(wanted: number): Promise<void> {
    if (this.count >= wanted) return Promise.resolve();
    this.#wanted = wanted;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

async function startRuntime(userDir: string): Promise<{ red: Runtime; origin: string }> {
  const nodes = join(userDir, "bench-nodes");
  mkdirSync(nodes);
  writeFileSync(join(nodes, "bench-pass.js"), PASS_NODE);
  writeFileSync(join(nodes, "bench-pass.html"), "");
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(flow()));
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
async function openBrowser(origin: string, received: { events: number }): Promise<ChildProcess> {
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

/** Work per CPU second of this process. */
async function perCpuSecond(readings: number, work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  await new Promise(setImmediate);
  const { user, system } = process.cpuUsage(before);
  return (readings * 1e6) / (user + system);
}

export default async function bench(): Promise<Row[]> {
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const { red, origin } = await startRuntime(userDir);
  const received = { events: 0 };
  const browser = await openBrowser(origin, received);
  const published = new Counter();
  const passed = new Counter();
  const hub = red.nodes.getNode("bench-hub");
  const publish = hub.publish;
  hub.publish = (publication, delivery) => {
    publish(publication, delivery);
    published.one();
  };
  Object.assign(globalThis, { gatehouseBenchEnd: passed.one });

  const stream = frames();
  const long = cut(stream, LONG_CHUNK);
  const short = cut(stream, SHORT_CHUNK);
  const readings = FRAMES * READINGS_PER_FRAME;

  /** One read of the port at a time, as it comes in; the next one when the runtime is idle again. */
  function feed(id: string, chunks: readonly Buffer[], together: number): () => Promise<number> {
    const codec = red.nodes.getNode(id);
    return () =>
      perCpuSecond(readings, async () => {
        const target = published.count + readings;
        for (const [index, chunk] of chunks.entries()) {
          codec.receive({ payload: chunk, _session: { type: "uart", id } });
          if (index % together === together - 1) await new Promise(setImmediate);
        }
        await published.reach(target);
      });
  }

  function pass(): Promise<number> {
    const first = red.nodes.getNode("pass-1");
    return perCpuSecond(readings, async () => {
      const target = passed.count + readings;
      const together = readings / long.length;
      for (let index = 0; index < readings; index++) {
        first.receive({ payload: index });
        if (index % together < 1) await new Promise(setImmediate);
      }
      await passed.reach(target);
    });
  }

  const figures = await interleave(
    {
      pass,
      oneByOne: feed("codec", long, 1),
      lists: feed("codec-of-lists", long, 1),
      shortChunks: feed("codec", short, LONG_CHUNK / SHORT_CHUNK),
    },
    ROUNDS,
  );
  browser.kill();
  await red.stop();
  rmSync(userDir, { recursive: true, force: true });
  if (received.events < published.count * 0.9) {
    throw new Error(`the browser received ${received.events} of ${published.count} events`);
  }
  const peer = "three pass-through nodes";
  return [
    row("flow-uart-to-sse", figures.oneByOne, peer, figures.pass, GOAL),
    row("flow-uart-to-sse-lists", figures.lists, peer, figures.pass, GOAL),
    row("flow-uart-to-sse-128B-chunks", figures.shortChunks, peer, figures.pass, GOAL),
  ];
}
