/** The database of the file backend: its tables, its owner, and what is loaded from it. Runs in the worker. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { REMEMBERED_IDS } from "../lib/store/dedupe.ts";
import type { KeyRecord } from "../lib/store/keys.ts";
import { BackendError } from "./backend.ts";
import type { Loaded, Rows, TopicRow } from "./file-messages.ts";
import type { Hole } from "./log.ts";
import { decodeRows, type EntryRow } from "./row-codec.ts";

/** Sequences that may be used before the next ceiling is on disk; lost to no one when skipped. */
export const CEILING_STEP = 100_000_000;

const LOAD_ROWS = 10_000;
const MAX_HOLES = 100;

/** Identities are found in memory: here they only come and go in their order, which costs little (bench `ack`). */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hole (start INTEGER PRIMARY KEY, upto INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, removed INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS entry (topic INTEGER, sequence INTEGER, time REAL, number REAL, kind TEXT, value, raw BLOB,
    PRIMARY KEY (topic, sequence)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS identity (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS key (name TEXT PRIMARY KEY, json TEXT NOT NULL, ends REAL) WITHOUT ROWID;
`;

/** SQLite's result codes: another connection holds the file. */
const BUSY = 5;

/** Throws BackendError `owned` or `unwritable`, naming the path. */
export function openDatabase(path: string, maxBytes: number): DatabaseSync {
  const { DatabaseSync: Database } = process.getBuiltinModule("node:sqlite");
  try {
    makePrivate(path);
    const db = new Database(path);
    prepare(db, maxBytes);
    return db;
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    if (errcode === BUSY) throw new BackendError("owned", `"${path}" is in use by another store`);
    throw new BackendError("unwritable", `"${path}" cannot be opened: ${message}`);
  }
}

function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  // An existing file is not opened: on closing it this process would lose the lock that another of its stores may hold.
  if (!existsSync(path)) closeSync(openSync(path, "ax", 0o600));
  chmodSync(path, 0o600);
}

function prepare(db: DatabaseSync, maxBytes: number): void {
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (maxBytes > 0) {
    const { page_size } = db.prepare("PRAGMA page_size").get() as { page_size: number };
    db.exec(`PRAGMA max_page_count = ${Math.ceil(maxBytes / page_size)}`);
  }
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
}

function readMeta(db: DatabaseSync, name: string): unknown {
  return (db.prepare("SELECT value FROM meta WHERE name = ?").get(name) as { value: unknown } | undefined)?.value;
}

export function writeMeta(db: DatabaseSync, name: string, value: string | number | null): void {
  db.prepare("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2").run(name, value);
}

/**
 * Begins another life of the store. After an unclean end sequences go on above the ceiling, so that none that was handed
 * out is used twice, and the stretch between is a hole.
 */
export function beginLife(db: DatabaseSync, newEpoch: string): Loaded {
  db.exec("BEGIN IMMEDIATE");
  const epoch = (readMeta(db, "epoch") as string | undefined) ?? newEpoch;
  const ceiling = Number(readMeta(db, "ceiling") ?? 0);
  const clean = readMeta(db, "clean") ?? (ceiling === 0 ? 0 : null);
  const sequence = clean === null ? ceiling : Number(clean);
  if (clean === null) addHole(db, { from: Number(readMeta(db, "settled") ?? 0), to: ceiling });
  writeMeta(db, "epoch", epoch);
  writeMeta(db, "clean", null);
  writeMeta(db, "settled", sequence);
  writeMeta(db, "ceiling", sequence + CEILING_STEP);
  const forgottenUpTo = forgetEmptyTopics(db);
  db.exec("COMMIT");
  return {
    type: "loaded",
    epoch,
    sequence,
    ceiling: sequence + CEILING_STEP,
    holes: readHoles(db),
    forgottenUpTo,
    topics: readTopics(db),
    keys: readKeys(db),
    dedupes: readDedupes(db),
  };
}

/** Of many holes the oldest ones become one. */
export function addHole(db: DatabaseSync, { from, to }: Hole): void {
  if (to <= from) return;
  db.prepare("INSERT INTO hole VALUES (?1, ?2) ON CONFLICT (start) DO UPDATE SET upto = max(upto, ?2)").run(from, to);
  const [first, second] = readHoles(db);
  if (readHoles(db).length <= MAX_HOLES || !first || !second) return;
  db.prepare("DELETE FROM hole WHERE start = ?").run(second.from);
  db.prepare("UPDATE hole SET upto = ? WHERE start = ?").run(Math.max(first.to, second.to), first.from);
}

function readHoles(db: DatabaseSync): Hole[] {
  return db.prepare('SELECT start AS "from", upto AS "to" FROM hole ORDER BY start').all() as unknown as Hole[];
}

/** Their place may be needed; how far they had been removed is kept for all of them together. */
function forgetEmptyTopics(db: DatabaseSync): number {
  const empty = "NOT EXISTS (SELECT 1 FROM entry WHERE entry.topic = topic.id)";
  const { upTo } = db.prepare(`SELECT max(removed) AS upTo FROM topic WHERE ${empty}`).get() as { upTo: number | null };
  db.exec(`DELETE FROM topic WHERE ${empty}`);
  const forgottenUpTo = Math.max(Number(readMeta(db, "forgotten") ?? 0), upTo ?? 0);
  writeMeta(db, "forgotten", forgottenUpTo);
  return forgottenUpTo;
}

function readTopics(db: DatabaseSync): TopicRow[] {
  const rows = db.prepare("SELECT id, name, removed FROM topic").all() as {
    id: number;
    name: string;
    removed: number;
  }[];
  return rows.map(({ id, name, removed }) => [id, name, removed]);
}

function readKeys(db: DatabaseSync): [string, KeyRecord][] {
  db.prepare("DELETE FROM key WHERE ends <= ?").run(Date.now());
  const rows = db.prepare("SELECT * FROM key").all() as { name: string; json: string; ends: number | null }[];
  return rows.map(({ name, json, ends }) => [name, { json, expiresAt: ends }]);
}

function readDedupes(db: DatabaseSync): [string, number][] {
  const newest = db.prepare("SELECT id, sequence FROM identity ORDER BY sequence DESC LIMIT ?").all(REMEMBERED_IDS);
  return (newest as { id: string; sequence: number }[])
    .map<[string, number]>((row) => [row.id, row.sequence])
    .reverse();
}

/** All entries, topic by topic, in the order of their sequences. */
export function* readEntries(db: DatabaseSync): Iterable<Rows> {
  let batch: EntryRow[] = [];
  for (const row of db.prepare("SELECT * FROM entry ORDER BY topic, sequence").iterate()) {
    if (batch.push(row as unknown as EntryRow) < LOAD_ROWS) continue;
    yield decodeRows(batch);
    batch = [];
  }
  if (batch.length > 0) yield decodeRows(batch);
}
