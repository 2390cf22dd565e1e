/**
 * The memory store with 100,000 series, all of them full: ingest against rings of objects, LMDB and SQLite; the newest value
 * of one topic; bytes for each sample.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "../backends/backend.ts";
import { openMemory } from "../backends/memory.ts";
import { median, type Row, row } from "./support/rows.ts";
import {
  CONTENDERS,
  type ContenderName,
  KEPT,
  makeTopics,
  SERIES,
  takeTurns,
  type Work,
} from "./support/store-contenders.ts";

const ROUNDS = 5;
const LOOKUPS = 100_000;
/** Looked up one after another between two looks at the clock, which costs a tenth of a lookup or two. */
const LOOKUPS_TIMED = 16;

interface Runner {
  readonly child: ChildProcess;
  readings: number;
  cpuSeconds: number;
}

async function start(name: ContenderName, folder: string): Promise<Runner> {
  const path = join(import.meta.dirname, "support/store-contenders.ts");
  const child = fork(path, [name, folder], { execArgv: [] });
  await once(child, "message");
  return { child, readings: 0, cpuSeconds: 0 };
}

async function runRound(runner: Runner): Promise<Work> {
  runner.child.send("round");
  const [work] = (await once(runner.child, "message")) as [Work];
  return work;
}

/**
 * Readings for each CPU second, over all rounds but the first: a heap of millions of objects pays for its garbage in few long
 * collections, which a median would leave out.
 */
async function measureIngest(folder: string): Promise<Record<ContenderName, number>> {
  const names = Object.keys(CONTENDERS) as ContenderName[];
  const runners: [ContenderName, Runner][] = [];
  for (const name of names) runners.push([name, await start(name, folder)]);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [, runner] of runners) {
      const { readings, cpuSeconds } = await runRound(runner);
      if (round === 0) continue;
      runner.readings += readings;
      runner.cpuSeconds += cpuSeconds;
    }
  }
  for (const [, { child }] of runners) child.kill();
  const rates = runners.map(([name, { readings, cpuSeconds }]) => [name, readings / cpuSeconds]);
  return Object.fromEntries(rates) as Record<ContenderName, number>;
}

async function benchIngest(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const rates = await measureIngest(folder);
  rmSync(folder, { recursive: true, force: true });
  const against = (peer: string, theirs: number, goal: number) =>
    row("store-ingest-100k-series", rates.ours, peer, theirs, goal);
  return [
    against("rings of objects", rates.entryRings, 3),
    against("rings of bare samples", rates.sampleRings, 1),
    against("lmdb", rates.lmdb, 10),
    against("node:sqlite", rates.sqlite, 1),
  ];
}

/** Microseconds of one awaited lookup of a topic chosen by chance. */
async function timeLookups(topics: readonly string[], lookUp: (topic: string) => Promise<unknown>): Promise<number> {
  const chosen = Array.from({ length: LOOKUPS_TIMED }, () => topics[Math.floor(Math.random() * topics.length)]!);
  const start = performance.now();
  for (const topic of chosen) await lookUp(topic);
  return ((performance.now() - start) * 1000) / LOOKUPS_TIMED;
}

/** Next to a look into a map of objects. */
async function benchLatest(store: Backend, topics: readonly string[]): Promise<Row> {
  const map = new Map(topics.map((topic) => [topic, { topic, time: 1, value: 1, cursor: "epoch-1" }]));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let count = 0; count < LOOKUPS; count += LOOKUPS_TIMED) {
    ours.push(await timeLookups(topics, (topic) => store.latest([topic])));
    theirs.push(await timeLookups(topics, (topic) => Promise.resolve(map.get(topic))));
  }
  return row("store-latest-p50-us", median(ours), "map of objects", median(theirs), { max: 1.5 });
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export default async function bench(): Promise<Row[]> {
  const topics = makeTopics();
  const before = heldBytes();
  const store = openMemory({ maxCount: KEPT, maxAgeMs: 0, maxSeries: SERIES });
  const appenders = topics.map((topic) => store.appender(topic)!);
  // Half as much again as is kept, so that what the first readings stood on is in use a second time.
  for (let lap = 0; lap < KEPT * 1.5; lap++) await takeTurns(appenders, lap * SERIES, SERIES);
  appenders.length = 0;
  const bytes = (heldBytes() - before) / (SERIES * KEPT);
  const latest = await benchLatest(store, topics);
  await store.close();
  return [
    ...(await benchIngest()),
    latest,
    row("store-bytes-per-sample", bytes, "time and number alone", 16, { max: 25.6 }),
  ];
}
