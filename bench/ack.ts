/** Acknowledged messages a second through the shipped device bridge, against the store's own synced appends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFile } from "../backends/file.ts";
import { FaultDevice } from "../test/faults/bridge/devices.ts";
import { Bridge } from "../test/faults/bridge/node-red.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const DEVICES = 100;
const ROUNDS = 3;
const ROUND_MS = 4000;
const GROUP = 256;
/** Offered where the delay is measured. */
const PER_SECOND = 10_000;
const TICK_MS = 10;

/** Every device always has a window of messages under way. */
async function saturate(devices: readonly FaultDevice[]): Promise<number> {
  const before = acknowledged(devices);
  const from = performance.now();
  while (performance.now() - from < ROUND_MS) {
    for (const device of devices) while (device.held < 64) device.send();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return ((acknowledged(devices) - before) / (performance.now() - from)) * 1000;
}

/** A steady rate; resolves to the delays of the acks, ms. */
async function steady(devices: readonly FaultDevice[]): Promise<number[]> {
  for (const { delays } of devices) delays.length = 0;
  const perTick = (PER_SECOND * TICK_MS) / 1000;
  let turn = 0;
  const timer = setInterval(() => {
    for (let index = 0; index < perTick; index++) devices[turn++ % devices.length]!.send();
  }, TICK_MS);
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  clearInterval(timer);
  return devices.flatMap(({ delays }) => delays).sort((a, b) => a - b);
}

function acknowledged(devices: readonly FaultDevice[]): number {
  return devices.reduce((sum, device) => sum + device.acknowledged, 0);
}

async function drained(devices: readonly FaultDevice[]): Promise<void> {
  while (devices.some(({ held, isConnected }) => held > 0 || !isConnected)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export default async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const retention = { maxCount: 10_000_000, maxAgeMs: 0, maxSeries: 1000 };
  const store = await openFile({ directory: folder, retention });
  const bridge = await Bridge.start();
  const devices = Array.from({ length: DEVICES }, (_, index) => new FaultDevice(`bench-${index}`, bridge.devicePort));
  await drained(devices);
  const appends = async () => {
    const from = performance.now();
    let rows = 0;
    for (; performance.now() - from < ROUND_MS; rows += GROUP) {
      const reading = { time: Date.now(), value: { epoch: 0, n: rows, fields: { n: rows } } };
      await Promise.all(Array.from({ length: GROUP }, () => store.append("$out/site/1", reading)));
    }
    const rate = (rows / (performance.now() - from)) * 1000;
    await store.trim("$out/site/1");
    return rate;
  };
  const acks = async () => {
    const rate = await saturate(devices);
    await drained(devices);
    return rate;
  };
  const figures = await interleave({ ours: acks, theirs: appends }, ROUNDS);
  const delays = await steady(devices);
  await drained(devices);
  for (const device of devices) device.end();
  await Promise.all([bridge.end(), store.close()]);
  rmSync(folder, { recursive: true, force: true });
  const p99 = delays[Math.floor(delays.length * 0.99)] ?? Number.POSITIVE_INFINITY;
  return [
    row("ack-messages", figures.ours, "the store's synced appends", figures.theirs, 0.5),
    row("ack-p99-ms-at-10000-a-second", p99, "messages acknowledged a second", (delays.length / ROUND_MS) * 1000, {
      max: 50,
    }),
  ];
}
