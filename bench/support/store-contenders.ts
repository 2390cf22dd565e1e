/**
 * Stores that take 100,000 series in, each in a process of its own, so that none pays for another's garbage. Each keeps the
 * newest 128 readings of a topic, mints a sequence and answers with a cursor. Topics are found once and then kept, as
 * node-store keeps them: the map from names to topics, which all would share, is not measured. Those in memory are full
 * before they are measured: from then on each reading takes the place of an older one.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openMemory } from "../../backends/memory.ts";

export const SERIES = 100_000;
/** Readings of one topic that every contender in memory keeps. */
export const KEPT = 128;

interface Reading {
  readonly time: number;
  readonly value: number;
}

/** One topic. */
interface Appender {
  append(reading: Reading): string | Promise<string>;
}

export interface Work {
  readonly readings: number;
  /** Of the whole process: threads that collect garbage or commit count too. */
  readonly cpuSeconds: number;
}

function ours() {
  const store = openMemory({ maxCount: KEPT, maxAgeMs: 0, maxSeries: SERIES });
  return (topic: string) => store.appender(topic)!;
}

type MakeEntry = (topic: string, reading: Reading, sequence: number) => object;

function rings(makeEntry: MakeEntry) {
  let sequence = 0;
  return class Ring implements Appender {
    readonly topic: string;
    readonly entries: object[] = [];
    next = 0;

    constructor(topic: string) {
      this.topic = topic;
    }

    append(reading: Reading): string {
      this.entries[this.next] = makeEntry(this.topic, reading, ++sequence);
      this.next = (this.next + 1) % KEPT;
      return `epoch-${sequence}`;
    }
  };
}

/** What is usual: entries as `latest` and `history` hand them out. */
function entryRings() {
  const Ring = rings((topic, { time, value }, sequence) => ({ topic, time, value, cursor: `epoch-${sequence}` }));
  return (topic: string) => new Ring(topic);
}

/** Less than what is handed out: entries are made when they are asked for. */
function sampleRings() {
  const Ring = rings((_topic, { time, value }, sequence) => ({ time, value, sequence }));
  return (topic: string) => new Ring(topic);
}

/** Unsynced; its batches commit in a thread of their own, and a put resolves when its batch is written. Keeps everything. */
async function lmdb(folder: string) {
  const { open } = (await import(join(import.meta.dirname, "../node_modules/lmdb/index.js"))) as {
    open: (options: object) => { put(key: unknown, value: unknown): Promise<boolean> };
  };
  const database = open({ path: join(folder, "lmdb"), noSync: true });
  let sequence = 0;
  return (topic: string): Appender => ({
    async append(reading) {
      const one = ++sequence;
      await database.put([topic, one], reading);
      return `epoch-${one}`;
    },
  });
}

/** Unsynced, in transactions of 500. Keeps everything. */
function sqlite(folder: string) {
  const database = new DatabaseSync(join(folder, "sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec("CREATE TABLE entry (topic TEXT, sequence INTEGER, time REAL, value REAL)");
  const insert = database.prepare("INSERT INTO entry VALUES (?, ?, ?, ?)");
  let sequence = 0;
  return (topic: string): Appender => ({
    append({ time, value }) {
      if (sequence % 500 === 0) database.exec(sequence === 0 ? "BEGIN" : "COMMIT; BEGIN");
      insert.run(topic, ++sequence, time, value);
      return `epoch-${sequence}`;
    },
  });
}

type Open = (topic: string) => Appender;

interface Contender {
  readonly open: (folder: string) => Open | Promise<Open>;
  /** Readings of each topic taken in before the first round. */
  readonly filled: number;
  /** What collects garbage now and then needs longer ones. */
  readonly roundMs: number;
}

export const CONTENDERS = {
  ours: { open: ours, filled: KEPT, roundMs: 1500 },
  entryRings: { open: entryRings, filled: KEPT, roundMs: 1500 },
  sampleRings: { open: sampleRings, filled: KEPT, roundMs: 1500 },
  lmdb: { open: lmdb, filled: 0, roundMs: 800 },
  sqlite: { open: sqlite, filled: 0, roundMs: 800 },
} satisfies Record<string, Contender>;
export type ContenderName = keyof typeof CONTENDERS;

export function makeTopics(): string[] {
  return Array.from({ length: SERIES }, (_, index) => `mesh/${index % 1000}/T${Math.floor(index / 1000)}`);
}

/** Each topic in turn. */
export async function takeTurns(topics: readonly Appender[], from: number, count: number): Promise<void> {
  let cursor: unknown;
  for (let at = from; at < from + count; at++) {
    cursor = topics[at % topics.length]!.append({ time: 1_700_000_000_000 + at, value: at * 0.5 });
  }
  await cursor;
}

const BURST = 500;

async function serve(name: ContenderName, folder: string): Promise<void> {
  const { open, filled, roundMs }: Contender = CONTENDERS[name];
  const openTopic = await open(folder);
  const topics = makeTopics().map((topic) => openTopic(topic));
  let at = 0;
  for (; at < SERIES * filled; at += BURST) await takeTurns(topics, at, BURST);
  process.on("message", async () => {
    const start = performance.now();
    const before = process.cpuUsage();
    const first = at;
    for (; performance.now() - start < roundMs; at += BURST) await takeTurns(topics, at, BURST);
    const { user, system } = process.cpuUsage(before);
    process.send!({ readings: at - first, cpuSeconds: (user + system) / 1e6 } satisfies Work);
  });
  process.send!("filled");
}

if (process.send && import.meta.filename === process.argv[1]) {
  await serve(process.argv[2] as ContenderName, process.argv[3]!);
}
