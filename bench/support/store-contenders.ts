/**
 * Stores that take 100,000 series in, each in a process of its own, so that none pays for another's garbage. Each keeps the
 * newest 128 readings of a topic, found by its name, mints a sequence and answers with a cursor in a promise, as the store's
 * interface has it. Those in memory are full before they are measured: from then on each reading replaces an older one.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openMemory } from "../../backends/memory.ts";

export const SERIES = 100_000;
/** Readings of one topic that every contender in memory keeps. */
export const KEPT = 128;

type Append = (topic: string, time: number, value: number) => Promise<string>;

export interface Work {
  readonly readings: number;
  /** Of the whole process: threads that collect garbage or commit count too. */
  readonly cpuSeconds: number;
}

function ours(): Append {
  const store = openMemory({ maxCount: KEPT, maxAgeMs: 0, maxSeries: SERIES });
  return (topic, time, value) => store.append(topic, { time, value });
}

interface Ring<Kept> {
  readonly entries: Kept[];
  next: number;
}

function rings<Kept>(makeEntry: (topic: string, time: number, value: number, sequence: number) => Kept): Append {
  const all = new Map<string, Ring<Kept>>();
  let sequence = 0;
  return (topic, time, value) => {
    let ring = all.get(topic);
    if (!ring) {
      ring = { entries: [], next: 0 };
      all.set(topic, ring);
    }
    ring.entries[ring.next] = makeEntry(topic, time, value, ++sequence);
    ring.next = (ring.next + 1) % KEPT;
    return Promise.resolve(`epoch-${sequence}`);
  };
}

/** What is usual: entries as `latest` and `history` hand them out. */
function entryRings(): Append {
  return rings((topic, time, value, sequence) => ({ topic, time, value, cursor: `epoch-${sequence}` }));
}

/** Less than what is handed out: entries are made when they are asked for. */
function sampleRings(): Append {
  return rings((_topic, time, value, sequence) => ({ time, value, sequence }));
}

/** Unsynced; its batches commit in a thread of their own, and a put resolves when its batch is written. Keeps everything. */
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

/** Unsynced, in transactions of 500. Keeps everything. */
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

interface Contender {
  readonly open: (folder: string) => Append | Promise<Append>;
  /** Readings of each topic taken in before the first round. */
  readonly filled: number;
  /** What collects garbage now and then needs longer ones. */
  readonly roundMs: number;
}

export const CONTENDERS = {
  ours: { open: ours, filled: KEPT, roundMs: 2000 },
  entryRings: { open: entryRings, filled: KEPT, roundMs: 2000 },
  sampleRings: { open: sampleRings, filled: KEPT, roundMs: 2000 },
  lmdb: { open: lmdb, filled: 0, roundMs: 800 },
  sqlite: { open: sqlite, filled: 0, roundMs: 800 },
} satisfies Record<string, Contender>;
export type ContenderName = keyof typeof CONTENDERS;

export function makeTopics(): string[] {
  return Array.from({ length: SERIES }, (_, index) => `mesh/${index % 1000}/T${Math.floor(index / 1000)}`);
}

/** Each topic in turn. */
export async function takeTurns(append: Append, topics: readonly string[], from: number, count: number): Promise<void> {
  let cursor: Promise<string> | undefined;
  for (let at = from; at < from + count; at++) {
    cursor = append(topics[at % topics.length]!, 1_700_000_000_000 + at, at * 0.5);
  }
  await cursor;
}

const BURST = 500;

async function serve(name: ContenderName, folder: string): Promise<void> {
  const { open, filled, roundMs } = CONTENDERS[name];
  const append = await open(folder);
  const topics = makeTopics();
  let at = 0;
  for (; at < SERIES * filled; at += BURST) await takeTurns(append, topics, at, BURST);
  process.on("message", async () => {
    const start = performance.now();
    const before = process.cpuUsage();
    const first = at;
    for (; performance.now() - start < roundMs; at += BURST) await takeTurns(append, topics, at, BURST);
    const { user, system } = process.cpuUsage(before);
    process.send!({ readings: at - first, cpuSeconds: (user + system) / 1e6 } satisfies Work);
  });
  process.send!("filled");
}

if (process.send && import.meta.filename === process.argv[1]) {
  await serve(process.argv[2] as ContenderName, process.argv[3]!);
}
