/** Writes transactions into the database of the file backend. Runs in the worker. */
import type { DatabaseSync } from "node:sqlite";
import { REMEMBERED_IDS } from "../lib/store/dedupe.ts";
import { addHole, writeMeta } from "./database.ts";
import type { RowChange, Rows, Transaction } from "./file-messages.ts";
import { encodePart, NO_PART, type PartColumns } from "./row-codec.ts";

/** Identities beyond those remembered are deleted once there are so many: few enough that no commit waits long for it. */
const IDENTITY_SLACK = 1000;

export class DatabaseWriter {
  readonly #db: DatabaseSync;
  readonly #durably: "FULL" | "NORMAL";
  readonly #insert;
  readonly #done;
  readonly #trim;
  readonly #mark;
  readonly #topic;
  readonly #identify;
  readonly #forget;
  /** Trimmed by wish in this life: a reading that waited for the disk meanwhile must not come back. */
  readonly #trimmed = new Map<number, number>();
  #synced: boolean | null = null;
  #identities: number;

  constructor(db: DatabaseSync, sync: boolean) {
    this.#db = db;
    this.#durably = sync ? "FULL" : "NORMAL";
    this.#insert = db.prepare("INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#done = db.prepare("DELETE FROM entry WHERE topic = ? AND sequence = ?");
    this.#trim = db.prepare("DELETE FROM entry WHERE topic = ? AND sequence <= ?");
    this.#mark = db.prepare("UPDATE topic SET removed = max(removed, ?2) WHERE id = ?1");
    this.#topic = db.prepare("INSERT OR IGNORE INTO topic VALUES (?, ?, ?)");
    this.#identify = db.prepare("INSERT OR REPLACE INTO identity VALUES (?, ?)");
    const oldest = "SELECT sequence FROM identity ORDER BY sequence LIMIT 1 OFFSET ?";
    this.#forget = db.prepare(`DELETE FROM identity WHERE sequence < (${oldest})`);
    this.#identities = Number(db.prepare("SELECT count(*) AS count FROM identity").get()!.count);
  }

  /** What went wrong, or null; then nothing of it is written. */
  commit(transaction: Transaction): string | null {
    const error = this.#transact(transaction.durable, () => {
      for (const row of transaction.topics) this.#topic.run(...row);
      this.#writeRows(transaction.rows);
      const { ids, sequences } = transaction.identities;
      ids.forEach((id, index) => void this.#remember(id, sequences[index]!));
      for (const change of transaction.changes) this.#apply(change);
      for (const hole of transaction.holes) addHole(this.#db, hole);
      writeMeta(this.#db, "settled", transaction.settledUpTo);
      writeMeta(this.#db, "ceiling", transaction.ceiling);
    });
    if (error === null) this.#noteTrims(transaction.changes);
    return error;
  }

  #noteTrims(changes: readonly RowChange[]): void {
    for (const change of changes) if (change.type === "trim") this.#trimmed.set(change.topic, change.upTo);
  }

  #transact(durable: boolean, write: () => void): string | null {
    const db = this.#db;
    try {
      if (this.#synced !== durable) db.exec(`PRAGMA synchronous = ${durable ? this.#durably : "NORMAL"}`);
      this.#synced = durable;
      db.exec("BEGIN IMMEDIATE");
      write();
      db.exec("COMMIT");
      return null;
    } catch (error) {
      this.#rollBack();
      return (error as Error).message;
    }
  }

  /** SQLite has already done so after some errors. */
  #rollBack(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      this.#synced = null;
    }
  }

  #writeRows({ topics, sequences, times, numbers, parts }: Rows): void {
    const partAt = new Map<number, PartColumns>(parts.map((part) => [part[0], encodePart(part)]));
    for (let index = 0; index < topics.length; index++) {
      const topic = topics[index]!;
      const sequence = sequences[index]!;
      if (sequence <= (this.#trimmed.get(topic) ?? 0)) continue;
      const [kind, value, raw] = partAt.get(index) ?? NO_PART;
      this.#insert.run(topic, sequence, times[index]!, numbers[index]!, kind, value, raw);
    }
  }

  #apply(change: RowChange): void {
    if (change.type === "done") this.#done.run(change.topic, change.sequence);
    else if (change.type === "dedupe") this.#remember(change.id, change.sequence);
    else if (change.type === "key") this.#writeKey(change);
    else this.#remove(change.topic, change.upTo);
  }

  #remove(topic: number, upTo: number): void {
    this.#trim.run(topic, upTo);
    this.#mark.run(topic, upTo);
  }

  #remember(id: string, sequence: number): void {
    this.#identify.run(sequence, id);
    const excess = ++this.#identities - REMEMBERED_IDS;
    if (excess >= IDENTITY_SLACK) this.#identities -= Number(this.#forget.run(excess).changes);
  }

  #writeKey({ key, record }: Extract<RowChange, { type: "key" }>): void {
    if (record === null) this.#db.prepare("DELETE FROM key WHERE name = ?").run(key);
    else this.#db.prepare("INSERT OR REPLACE INTO key VALUES (?, ?, ?)").run(key, record.json, record.expiresAt);
  }

  /** What retention removed in memory; false where the disk would not have it now: it is removed after the next load. */
  deleteRemoved(marks: readonly (readonly [topic: number, upTo: number])[]): boolean {
    return this.#transact(false, () => marks.forEach(([topic, upTo]) => void this.#remove(topic, upTo))) === null;
  }

  /** With everything on disk the next life goes on from this sequence; null: not everything is. */
  close(sequence: number | null): void {
    if (sequence !== null) this.#transact(true, () => writeMeta(this.#db, "clean", sequence));
    this.#db.close();
  }
}
