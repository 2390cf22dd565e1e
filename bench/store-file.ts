/** Durable appends of the file store in concurrent groups, against the same rows in the same groups unsynced; and the runtime's delay meanwhile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import type { Backend } from "../backends/backend.ts";
import { openFile } from "../backends/file.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const GROUP = 256;
const ROUND_MS = 800;
const ROUNDS = 5;
const TOPIC = "$out/mesh/1";
const reading = { time: 1_700_000_000_000, value: "SEND a command of forty characters or so" };

async function appendGroups(store: Backend): Promise<number> {
  const start = performance.now();
  let rows = 0;
  for (; performance.now() - start < ROUND_MS; rows += GROUP) {
    await Promise.all(Array.from({ length: GROUP }, () => store.append(TOPIC, reading)));
  }
  const rate = (rows / (performance.now() - start)) * 1000;
  await store.trim(TOPIC);
  return rate;
}

/** The same table and rows, straight into SQLite and never synced. */
function unsyncedGroups(folder: string): () => number {
  const database = new DatabaseSync(join(folder, "unsynced"));
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec(`CREATE TABLE entry (topic INTEGER, sequence INTEGER, time REAL, number REAL, kind TEXT, value, raw BLOB,
    PRIMARY KEY (topic, sequence)) WITHOUT ROWID`);
  const insert = database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)");
  let sequence = 0;
  return () => {
    const start = performance.now();
    let rows = 0;
    for (; performance.now() - start < ROUND_MS; rows += GROUP) {
      database.exec("BEGIN");
      for (let one = 0; one < GROUP; one++) {
        insert.run(1, ++sequence, reading.time, 0, "text", JSON.stringify(reading.value), null);
      }
      database.exec("COMMIT");
    }
    const rate = (rows / (performance.now() - start)) * 1000;
    database.exec("DELETE FROM entry");
    return rate;
  };
}

export default async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const store = await openFile({
    directory: join(folder, "data"),
    retention: { maxCount: 10_000_000, maxAgeMs: 0, maxSeries: 1000 },
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ours = async () => {
    delay.enable();
    const rate = await appendGroups(store);
    delay.disable();
    return rate;
  };
  const figures = await interleave({ ours, unsynced: unsyncedGroups(folder) }, ROUNDS);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  const p99 = delay.percentile(99) / 1e6;
  return [
    row("store-synced-appends", figures.ours, "the same rows unsynced", figures.unsynced, 0.8),
    row("store-synced-loop-delay-p99-ms", p99, "an idle loop's timer", 1, { max: 10 }),
  ];
}
