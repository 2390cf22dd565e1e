/** Brings the changes of a backend in memory to the worker: durable ones in groups as fast as they commit, readings in batches. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Stored } from "../lib/store/value.ts";
import { BackendError, type Condition, type ConditionListener } from "./backend.ts";
import { ChangeGroups } from "./change-groups.ts";
import type { FileConnection } from "./file-connection.ts";
import { NO_IDENTITIES, type RowChange, type Transaction, toRowChanges, toRows } from "./file-messages.ts";
import { Identities, type Identity } from "./identities.ts";
import type { DurableChange, Journal } from "./journal.ts";
import type { Hole, Log } from "./log.ts";
import type { TopicIds } from "./topic-ids.ts";

/** With the time of the commit itself, readings are on disk well within a second. */
const FLUSH_MS = 200;
/** So many are written at once: who waits for a commit of his own meanwhile does not wait long. */
const BATCH_READINGS = 1024;
/** Of one transaction, where the disk has fallen behind. */
const MOST_READINGS = 8192;
const RETRY_MS = 1000;
/** Readings that wait for a disk that does not take them; more are kept in memory only, and counted. */
export const MAX_WAITING = 100_000;
/** How far ahead sequences may be minted; must not be less than what is minted while a commit is under way. */
const CEILING_STEP = 100_000_000;
const SOUND: Condition = { name: "sound", detail: "" };

export class FileJournal implements Journal {
  unsaved = 0;
  readonly #log: Log;
  readonly #connection: FileConnection;
  readonly #topics: TopicIds;
  #readings: Stored[] = [];
  readonly #identities = new Identities();
  readonly #durables = new ChangeGroups();
  /** Readings that never came to disk since the last commit: after a restart there is a hole. */
  #lost: Hole | null = null;
  #due = false;
  #failing = false;
  #pumping: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Readings of the transaction under way. */
  #writing = 0;
  #condition: Condition = SOUND;
  #listener: ConditionListener = () => {};

  constructor(log: Log, connection: FileConnection, topics: TopicIds) {
    this.#log = log;
    this.#connection = connection;
    this.#topics = topics;
    connection.onEnded = (detail) => this.#become({ name: "ended", detail });
  }

  get unwritten(): number {
    return this.#readings.length + this.#writing;
  }

  observe(listener: ConditionListener): void {
    this.#listener = listener;
    listener(this.#condition);
  }

  #become(condition: Condition): void {
    const { name } = this.#condition;
    if (name === "ended" || name === condition.name) return;
    this.#condition = condition;
    this.#listener(condition);
  }

  write(entry: Stored, identity?: Identity): void {
    if (identity) this.#identities.add(identity);
    if (this.#readings.length >= MAX_WAITING) this.#lose(entry);
    else this.#readings.push(entry);
    if (this.#readings.length >= BATCH_READINGS && !this.#failing) this.#pump();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#failing ? RETRY_MS : FLUSH_MS);
  }

  #lose({ sequence }: Stored): void {
    this.unsaved++;
    this.#identities.lose(sequence);
    this.#lost = { from: this.#lost?.from ?? sequence - 1, to: sequence };
  }

  #flush(): void {
    this.#timer = undefined;
    this.#failing = false;
    this.#due = true;
    this.#pump();
    const marks = this.#topics.takeRemoved();
    if (marks.length > 0) this.#connection.post({ type: "removed", marks });
  }

  removed(topic: string, upTo: number): void {
    this.#topics.removed(topic, upTo);
  }

  commit(change: DurableChange): Promise<void> {
    if (this.#closed) return Promise.reject(new BackendError("closed", "the store is closed"));
    const committed = this.#durables.add(change);
    this.#pump();
    return committed;
  }

  #pump(): void {
    this.#pumping ??= this.#commitAll();
  }

  /** What comes while one transaction is under way makes up the next. */
  async #commitAll(): Promise<void> {
    await nextTurn();
    while (!this.#durables.isEmpty || this.#readingsAreDue()) {
      if (!this.#durables.isEmpty) await this.#commitDurables();
      if (this.#readingsAreDue()) await this.#commitReadings();
    }
    // At once: whoever was just answered may commit again before this promise is settled.
    this.#pumping = null;
  }

  #readingsAreDue(): boolean {
    const { length } = this.#readings;
    if (length === 0) this.#due = false;
    return !this.#failing && (length >= BATCH_READINGS || this.#due);
  }

  async #commitDurables(): Promise<void> {
    const group = await this.#durables.take();
    const entries = group.flatMap(({ change }) => (change.type === "entry" ? [change.entry] : []));
    const changes = group.flatMap(({ change }) => toRowChanges(change, (topic) => this.#topics.idOf(topic)));
    const error = await this.#transact(true, entries, changes);
    if (error === null) for (const { resolve } of group) resolve();
    else for (const { reject } of group) reject(new BackendError("unwritable", `the store cannot write: ${error}`));
  }

  async #commitReadings(): Promise<void> {
    const batch = this.#readings.splice(0, MOST_READINGS);
    this.#writing = batch.length;
    const error = await this.#transact(false, batch, [], this.#identities.rowsOf(batch));
    this.#writing = 0;
    if (error === null) this.#identities.written(batch);
    if (error === null) return this.#become(SOUND);
    this.#readings = batch.concat(this.#readings);
    this.#failing = true;
    this.#become({ name: "unsaved", detail: error });
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => this.#flush(), RETRY_MS);
  }

  async #transact(
    durable: boolean,
    entries: Stored[],
    changes: RowChange[],
    identities = NO_IDENTITIES,
  ): Promise<string | null> {
    const rows = toRows(entries, (topic) => this.#topics.idOf(topic));
    const log = this.#log;
    const lost = this.#lost;
    const transaction: Transaction = {
      type: "commit",
      durable,
      topics: this.#topics.undeclared(),
      rows,
      changes,
      identities,
      holes: lost ? [lost] : [],
      settledUpTo: (this.#readings[0]?.sequence ?? log.sequence + 1) - 1,
      ceiling: this.#nextCeiling(),
    };
    const error = await this.#connection.commit(transaction);
    if (error !== null) return error;
    log.ceiling = transaction.ceiling;
    this.#topics.declared(transaction.topics);
    if (this.#lost === lost) this.#lost = null;
    return null;
  }

  #nextCeiling(): number {
    const { ceiling, sequence } = this.#log;
    return ceiling - sequence < CEILING_STEP / 2 ? sequence + CEILING_STEP : ceiling;
  }

  /** Brings everything to disk that the disk takes; what it does not is a hole for the next life. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#failing = false;
    this.#due = true;
    this.#durables.hurry();
    this.#pump();
    await Promise.race([this.#pumped(), this.#connection.lateness()]);
    const isComplete = this.unwritten === 0 && this.#lost === null;
    await this.#connection.close(isComplete ? this.#log.sequence : null);
    this.unsaved += this.unwritten;
    this.#identities.loseAll();
    this.#readings = [];
    this.#writing = 0;
  }

  async #pumped(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }
}
