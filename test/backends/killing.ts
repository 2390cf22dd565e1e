/** Runs writers against one database, kills each without warning, and says what the database holds afterwards. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openFile } from "../../backends/file.ts";

const WRITER = join(import.meta.dirname, "store-writer.ts");
export const RETENTION = { maxCount: 1_000_000, maxAgeMs: 0, maxSeries: 1000 };

export interface Killed {
  readonly acknowledged: readonly number[];
  readonly lost: number;
  readonly duplicates: number;
}

/** Each round lives until it has had so many acknowledgements, and for so long; the next one sends again what was not acknowledged. */
export async function killWriters(directory: string, rounds: number, acks: number, liveMs = 0): Promise<Killed> {
  const acknowledged: number[] = [];
  for (let round = 0; round < rounds; round++)
    acknowledged.push(...(await runWriter(directory, acknowledged, acks, liveMs)));
  const held = await heldIn(directory);
  const counts = new Map<number, number>();
  for (const number of held) counts.set(number, (counts.get(number) ?? 0) + 1);
  return {
    acknowledged,
    lost: new Set(acknowledged.filter((number) => !counts.has(number))).size,
    duplicates: [...counts.values()].filter((count) => count > 1).length,
  };
}

async function runWriter(directory: string, known: readonly number[], acks: number, liveMs: number): Promise<number[]> {
  const first = firstMissing(known);
  const child = spawn(process.execPath, [WRITER, directory, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: number[] = [];
  const endAt = performance.now() + liveMs;
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(Number(line));
    if (acknowledged.length >= acks && performance.now() >= endAt) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  if (child.signalCode !== "SIGKILL") throw new Error(`a writer ended by itself with ${child.exitCode}`);
  return acknowledged;
}

function firstMissing(known: readonly number[]): number {
  const all = new Set(known);
  let first = 0;
  while (all.has(first)) first++;
  return first;
}

async function heldIn(directory: string): Promise<number[]> {
  const store = await openFile({ directory, retention: RETENTION });
  const entries = [
    ...(await store.history("mesh/1/T", { limit: 1_000_000 })),
    ...(await store.history("$out/mesh/1", { limit: 1_000_000 })),
  ];
  await store.close();
  return entries.map(({ value }) => value as number);
}
