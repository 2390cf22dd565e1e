/**
 * Acknowledged messages a second through the shipped device bridge, against the store's own synced appends.
 *
 * Ours: a Node-RED of its own with the tab Device bridge as it ships, on the file store. 100 devices over TCP, each with
 * 64 messages under way; a message counts when its device hears its own ack, in order, from the socket. It is then in a
 * synced row, and goes on through the flow: split, stored once as a reading, confirmed, queued for the hub. All of that
 * is done by the same cores meanwhile, and so is the work of the devices.
 *
 * Theirs: nothing but `append` of the same messages, by a caller in the store's own process, one row each in a topic that
 * is synced before it is answered, as an outbox is; as many under way as ours have in all. No socket, no JSON to be read.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "../backends/backend.ts";
import { openFile } from "../backends/file.ts";
import { Bridge } from "../test/faults/bridge/node-red.ts";
import { LoadDevice } from "./support/ack-load.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const DEVICES = 100;
const WINDOW = 64;
const ROUNDS = 3;
const ROUND_MS = 4000;
const TOPIC = "$out/site/1";
/** Offered where the delay is measured. */
const PER_SECOND = 10_000;
const SETTLE_MS = 3000;
const STEADY_MS = 10_000;
const TICK_MS = 5;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const acknowledged = (devices: readonly LoadDevice[]) => devices.reduce((sum, device) => sum + device.acknowledged, 0);

/** Every device always has a window of messages under way. */
async function saturate(devices: readonly LoadDevice[]): Promise<number> {
  const before = acknowledged(devices);
  const from = performance.now();
  for (const device of devices) device.keepUnderWay(WINDOW);
  await sleep(ROUND_MS);
  const rate = ((acknowledged(devices) - before) / (performance.now() - from)) * 1000;
  await drained(devices);
  return rate;
}

async function drained(devices: readonly LoadDevice[]): Promise<void> {
  for (const device of devices) device.keepUnderWay(0);
  while (devices.some(({ held }) => held > 0)) await sleep(10);
}

/** So many messages are always under way, each a caller that waits for its own. */
async function append(store: Backend): Promise<number> {
  const from = performance.now();
  let rows = 0;
  async function caller(device: string): Promise<void> {
    for (let n = 1; performance.now() - from < ROUND_MS; n++) {
      await store.append(TOPIC, { time: Date.now(), value: { device, epoch: 0, n, fields: { n } } });
      rows++;
    }
  }
  await Promise.all(Array.from({ length: DEVICES * WINDOW }, (_, index) => caller(`site/bench-${index % DEVICES}`)));
  const rate = (rows / (performance.now() - from)) * 1000;
  await store.trim(TOPIC);
  return rate;
}

interface Steady {
  readonly rate: number;
  readonly p99: number;
}

/** At a steady rate, each message by another device than the one before. */
async function offer(devices: readonly LoadDevice[], forMs: number): Promise<void> {
  const from = performance.now();
  let sent = 0;
  for (let elapsed = 0; elapsed < forMs; elapsed = performance.now() - from) {
    for (const due = (elapsed * PER_SECOND) / 1000; sent < due; sent++) devices[sent % DEVICES]!.send(1);
    await sleep(TICK_MS);
  }
}

/** The acks that come a second, and how long they take, once what full load has left behind is done. */
async function steady(devices: readonly LoadDevice[]): Promise<Steady> {
  await offer(devices, SETTLE_MS);
  await drained(devices);
  for (const device of devices) device.delays = [];
  const before = acknowledged(devices);
  const from = performance.now();
  await offer(devices, STEADY_MS);
  const rate = ((acknowledged(devices) - before) / (performance.now() - from)) * 1000;
  await drained(devices);
  const delays = devices.flatMap((device) => device.delays!).sort((a, b) => a - b);
  return { rate, p99: delays[Math.floor(delays.length * 0.99)] ?? Number.POSITIVE_INFINITY };
}

export default async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const retention = { maxCount: 10_000_000, maxAgeMs: 0, maxSeries: 1000 };
  const store = await openFile({ directory: folder, retention });
  const bridge = await Bridge.start(["device-bridge"]);
  const names = Array.from({ length: DEVICES }, (_, index) => `bench-${index}`);
  const devices = await Promise.all(names.map((name) => LoadDevice.join(name, bridge.devicePort)));
  const contenders = { ours: () => saturate(devices), theirs: () => append(store) };
  const figures = await interleave(contenders, ROUNDS);
  const { rate, p99 } = await steady(devices);
  for (const device of devices) device.end();
  await Promise.all([bridge.end(), store.close()]);
  rmSync(folder, { recursive: true, force: true });
  return [
    row("ack-messages", figures.ours, "the store's synced appends", figures.theirs, 0.5),
    row("ack-at-10000-a-second", rate, "messages offered a second", PER_SECOND, 0.99),
    row("ack-p99-ms-at-10000-a-second", p99, "milliseconds", 50, { max: 50 }),
  ];
}
