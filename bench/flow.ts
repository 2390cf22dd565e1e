/**
 * The main job as a whole, in a real Node-RED: UART frames → uart-codec → node-store → sse-out → one browser,
 * against as many messages through three empty pass-through nodes. Readings per CPU second of the runtime.
 * The codec is set as in the shipped flow (arrays above 5,000 readings a second), and once to single messages.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataTypeTable } from "../lib/uart/data-types.ts";
import { encodeFrame } from "../lib/uart/frame.ts";
import { encodeReadings } from "../lib/uart/messages.ts";
import { openBrowser, type Runtime, startRuntime } from "./support/flow-runtime.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const ROUNDS = 5;
const READINGS_PER_FRAME = 4;
const FRAMES = 4096;
const READINGS = FRAMES * READINGS_PER_FRAME;
const LONG_CHUNK = 64 * 1024;
/** About what 115200 baud delivers in 10 ms. */
const SHORT_CHUNK = 128;
const GOAL = 0.6;

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

/** Readings per CPU second of this process. */
async function perCpuSecond(work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  await new Promise(setImmediate);
  const { user, system } = process.cpuUsage(before);
  return (READINGS * 1e6) / (user + system);
}

/** Feeds a codec as a port does, read by read; so many reads are taken before the runtime gets its turn. */
function feeder(red: Runtime, published: Counter, id: string, chunks: readonly Buffer[], together = 1) {
  const codec = red.nodes.getNode(id);
  return () =>
    perCpuSecond(async () => {
      const target = published.count + READINGS;
      for (const [index, chunk] of chunks.entries()) {
        codec.receive({ payload: chunk, _session: { type: "uart", id } });
        if (index % together === together - 1) await new Promise(setImmediate);
      }
      await published.reach(target);
    });
}

/** As many messages, as many of them at once. */
function passer(red: Runtime, passed: Counter, together: number) {
  const first = red.nodes.getNode("pass-1");
  return () =>
    perCpuSecond(async () => {
      const target = passed.count + READINGS;
      for (let index = 0; index < READINGS; index++) {
        first.receive({ payload: index });
        if (index % together < 1) await new Promise(setImmediate);
      }
      await passed.reach(target);
    });
}

function countPublished(red: Runtime): Counter {
  const published = new Counter();
  const hub = red.nodes.getNode("bench-hub");
  const publish = hub.publish;
  hub.publish = (publication, delivery) => {
    publish(publication, delivery);
    published.one();
  };
  return published;
}

async function measure(red: Runtime, published: Counter): Promise<Row[]> {
  const passed = new Counter();
  Object.assign(globalThis, { gatehouseBenchEnd: passed.one });
  const stream = frames();
  const long = cut(stream, LONG_CHUNK);
  const short = cut(stream, SHORT_CHUNK);
  const figures = await interleave(
    {
      pass: passer(red, passed, READINGS / long.length),
      shipped: feeder(red, published, "codec", long),
      single: feeder(red, published, "codec-of-singles", long),
      short: feeder(red, published, "codec", short, LONG_CHUNK / SHORT_CHUNK),
    },
    ROUNDS,
  );
  const against = (name: string, ours: number) => row(name, ours, "three pass-through nodes", figures.pass, GOAL);
  return [
    against("flow-uart-to-sse", figures.shipped),
    against("flow-uart-to-sse-single-messages", figures.single),
    against("flow-uart-to-sse-128B-chunks", figures.short),
  ];
}

export default async function bench(): Promise<Row[]> {
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const { red, origin } = await startRuntime(userDir);
  const received = { events: 0 };
  const browser = await openBrowser(origin, received);
  const published = countPublished(red);
  const rows = await measure(red, published);
  browser.kill();
  await red.stop();
  rmSync(userDir, { recursive: true, force: true });
  if (received.events < published.count * 0.9) {
    throw new Error(`the browser received ${received.events} of ${published.count} events`);
  }
  return rows;
}
