/** Stores that take 100,000 series in, each in a thread and heap of its own, so that none pays for another's garbage. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { openMemory } from "../../backends/memory.ts";

export const SERIES = 100_000;
/** Readings of one topic that every contender keeps. */
const KEPT = 64;
const ROUND_MS = 800;

/** Mints a sequence and answers with a cursor, as the store's interface has it. */
type Append = (topic: string, time: number, value: number) => Promise<string>;

interface Kept {
  readonly topic: string;
  readonly time: number;
  readonly value: number;
  readonly cursor: string;
}

function ours(): Append {
  const store = openMemory({ maxCount: KEPT, maxAgeMs: 0, maxSeries: SERIES });
  return (topic, time, value) => store.append(topic, { time, value });
}

/** What is usual: for each topic a ring of entry objects. */
function rings(): Append {
  const all = new Map<string, { entries: Kept[]; next: number }>();
  let sequence = 0;
  return (topic, time, value) => {
    let ring = all.get(topic);
    if (!ring) {
      ring = { entries: [], next: 0 };
      all.set(topic, ring);
    }
    const cursor = `epoch-${++sequence}`;
    ring.entries[ring.next] = { topic, time, value, cursor };
    ring.next = (ring.next + 1) % KEPT;
    return Promise.resolve(cursor);
  };
}

/** Unsynced; its batches commit in a thread of their own, and a put resolves when its batch is written. */
async function lmdb(folder: string): Promise<Append> {
  const { open } = (await import(join(import.meta.dirname, "../node_modules/lmdb/index.js"))) as {
    open: (options: object) => { put(key: unknown, value: unknown): Promise<boolean> };
  };
  const database = open({ path: join(folder, "lmdb"), noSync: true });
  let sequence = 0;
  return async (topic, time, value) => {
    const one = ++sequence;
    await database.put([topic, one], { time, value });
    return `epoch-${one}`;
  };
}

/** Unsynced, in transactions of 500. */
function sqlite(folder: string): Append {
  const database = new DatabaseSync(join(folder, "sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec("CREATE TABLE entry (topic TEXT, sequence INTEGER, time REAL, value REAL)");
  const insert = database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?)");
  let sequence = 0;
  return async (topic, time, value) => {
    if (sequence % 500 === 0) database.exec(sequence === 0 ? "BEGIN" : "COMMIT; BEGIN");
    insert.run(topic, ++sequence, time, value);
    return `epoch-${sequence}`;
  };
}

export const CONTENDERS = { ours, rings, lmdb, sqlite };
export type ContenderName = keyof typeof CONTENDERS;

export function makeTopics(): string[] {
  return Array.from({ length: SERIES }, (_, index) => `mesh/${index % 1000}/T${Math.floor(index / 1000)}`);
}

if (parentPort) {
  const port = parentPort;
  const { name, folder } = workerData as { name: ContenderName; folder: string };
  const append = await CONTENDERS[name](folder);
  const topics = makeTopics();
  let at = 0;
  /** Each topic in turn: readings per second. */
  port.on("message", async () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < ROUND_MS) {
      let cursor: Promise<string> | undefined;
      for (let burst = 0; burst < 500; burst++, count++) {
        cursor = append(topics[at % SERIES]!, 1_700_000_000_000 + at, at * 0.5);
        at++;
      }
      await cursor;
    }
    port.postMessage((count / (performance.now() - start)) * 1000);
  });
}
