/** Durable appends of the file store in concurrent groups, against the same appends unsynced; and the runtime's delay meanwhile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
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

export default async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const retention = { maxCount: 10_000_000, maxAgeMs: 0, maxSeries: 1000 };
  const synced = await openFile({ directory: join(folder, "synced"), retention });
  const unsynced = await openFile({ directory: join(folder, "unsynced"), retention, sync: false });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ours = async () => {
    delay.enable();
    const rate = await appendGroups(synced);
    delay.disable();
    return rate;
  };
  const figures = await interleave({ ours, theirs: () => appendGroups(unsynced) }, ROUNDS);
  await Promise.all([synced.close(), unsynced.close()]);
  rmSync(folder, { recursive: true, force: true });
  const p99 = delay.percentile(99) / 1e6;
  return [
    row("store-synced-appends", figures.ours, "the same appends unsynced", figures.theirs, 0.8),
    row("store-synced-loop-delay-p99-ms", p99, "an idle loop's timer", 1, { max: 10 }),
  ];
}
