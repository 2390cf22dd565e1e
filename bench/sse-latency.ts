/**
 * From a byte on a serial line to an event in 1,000 browsers, 20 times a second: milliseconds through Node-RED, uart-port,
 * uart-codec, node-store and sse-hub, against a bare process that writes one ready buffer to as many sockets.
 */
import { DataTypeTable } from "../lib/uart/data-types.ts";
import { encodeFrame } from "../lib/uart/frame.ts";
import { encodeReadings } from "../lib/uart/messages.ts";
import { median, type Row, row } from "./support/rows.ts";
import { LatencyPath } from "./support/sse/latency-path.ts";
import type { Latency } from "./support/sse/latency-protocol.ts";

const CLIENTS = 1000;
const EVERY_MS = 50;
/** Two seconds: long enough for a pause of every third second to show in the p99, short enough to share the machine's moods. */
const FRAMES = 40;
const WARM_UP = 2;
const ROUNDS = 12;
/** Of what the raw writes take. */
const MOST = 1.2;

/** A node that moves. */
function track(): Buffer[] {
  const types = new DataTypeTable();
  return Array.from({ length: FRAMES }, (_, index) => {
    const value = { longitude: 121 + index / 1e4, latitude: 25.0001 };
    return encodeFrame(encodeReadings(5, [{ type: "GPS", value }], "type3", types));
  });
}

/** The first two rounds of each warm up. */
async function measure(ours: LatencyPath, theirs: LatencyPath): Promise<{ ours: Latency[]; theirs: Latency[] }> {
  const frames = track();
  const rounds = { ours: [] as Latency[], theirs: [] as Latency[] };
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    rounds.ours.push(await ours.send(frames, EVERY_MS));
    rounds.theirs.push(await theirs.send(frames, EVERY_MS));
  }
  return { ours: rounds.ours.slice(WARM_UP), theirs: rounds.theirs.slice(WARM_UP) };
}

export default async function bench(): Promise<Row[]> {
  const ours = await LatencyPath.open("latency-gatehouse.ts", CLIENTS);
  const theirs = await LatencyPath.open("latency-raw.ts", CLIENTS);
  const rounds = await measure(ours, theirs);
  await ours.close();
  await theirs.close();
  const compare = (name: string, figure: (latency: Latency) => number) => {
    const limit = median(rounds.theirs.map(figure));
    return row(name, median(rounds.ours.map(figure)), "raw socket writes", limit, {
      max: Math.round(MOST * limit * 100) / 100,
    });
  };
  return [compare("sse-latency-p50-ms", ({ p50Ms }) => p50Ms), compare("sse-latency-p99-ms", ({ p99Ms }) => p99Ms)];
}
