/** The memory store with 100,000 series: ingest against rings of objects, LMDB and SQLite; newest values; bytes for each sample. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Backend } from "../backends/backend.ts";
import { openMemory } from "../backends/memory.ts";
import { interleave, median, type Row, row } from "./support/rows.ts";
import { type ContenderName, makeTopics, SERIES } from "./support/store-contenders.ts";

const ROUNDS = 5;
const SAMPLES_EACH = 128;

async function benchIngest(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const workers: Worker[] = [];
  function contender(name: ContenderName): () => Promise<number> {
    const worker = new Worker(join(import.meta.dirname, "support/store-contenders.ts"), {
      workerData: { name, folder },
    });
    workers.push(worker);
    return async () => {
      worker.postMessage("round");
      const [rate] = (await once(worker, "message")) as [number];
      return rate;
    };
  }
  const contenders = {
    ours: contender("ours"),
    rings: contender("rings"),
    lmdb: contender("lmdb"),
    sqlite: contender("sqlite"),
  };
  const { ours, rings, lmdb, sqlite } = await interleave(contenders, ROUNDS);
  await Promise.all(workers.map((worker) => worker.terminate()));
  rmSync(folder, { recursive: true, force: true });
  return [
    row("store-ingest-100k-series", ours, "rings of objects", rings, 3),
    row("store-ingest-100k-series", ours, "lmdb", lmdb, 10),
    row("store-ingest-100k-series", ours, "node:sqlite", sqlite, 1),
  ];
}

/** Microseconds of one `latest` among 100,000 topics, next to a look into a map of objects. */
async function benchLatest(store: Backend, topics: readonly string[]): Promise<Row> {
  const map = new Map(topics.map((topic) => [topic, { topic, time: 1, value: 1, cursor: "epoch-1" }]));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let count = 0; count < 50_000; count++) {
    const filters = [topics[(count * 7919) % SERIES]!];
    const start = performance.now();
    await store.latest(filters);
    const middle = performance.now();
    await Promise.resolve(map.get(filters[0]!));
    theirs.push((performance.now() - middle) * 1000);
    ours.push((middle - start) * 1000);
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
  const store = openMemory({ maxCount: SAMPLES_EACH, maxAgeMs: 0, maxSeries: SERIES });
  for (let at = 0; at < SERIES * SAMPLES_EACH; at++) {
    void store.append(topics[at % SERIES]!, { time: 1_700_000_000_000 + at, value: at * 0.5 });
    if (at % 10_000 === 0) await null;
  }
  const bytes = (heldBytes() - before) / (SERIES * SAMPLES_EACH);
  const latest = await benchLatest(store, topics);
  await store.close();
  globalThis.gc?.();
  return [
    ...(await benchIngest()),
    latest,
    row("store-bytes-per-sample", bytes, "time and number alone", 16, { max: 25.6 }),
  ];
}
