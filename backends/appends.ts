/** Appends: checks, mints the sequence, keeps a place, commits where that was asked for, and counts what was refused. */
import { DedupeTable } from "../lib/store/dedupe.ts";
import { type Part, packPart, type Stored } from "../lib/store/value.ts";
import { type AppendOptions, BackendError, type Once, type OnceListener, type Reading } from "./backend.ts";
import { Identity, listenTo, type Remembered } from "./identities.ts";
import { type JobQueues, QUEUE_PREFIX } from "./job-queues.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";
import { isDurable, type Track } from "./track.ts";

type Identify = (sequence: number) => Identity;

export class Appends {
  /** The cursor of each remembered identity, from its append on: a repetition waits for the same commit. */
  readonly dedupe = new DedupeTable<Promise<string>>();
  /** Of appends at once. */
  readonly once: Remembered = new DedupeTable();
  readonly dropped = { duplicate: 0, full: 0, invalid: 0, unwritable: 0 };
  /** Every append that was asked for. */
  count = 0;
  readonly #log: Log;
  readonly #queues: JobQueues;
  readonly #journal: Journal | null;

  constructor(log: Log, queues: JobQueues, journal: Journal | null) {
    this.#log = log;
    this.#queues = queues;
    this.#journal = journal;
  }

  /** An identity of an earlier life of the store. */
  remember(id: string, sequence: number): void {
    this.dedupe.set(id, Promise.resolve(this.#log.cursor(sequence)));
    this.once.set(id, sequence);
  }

  /** Throws BackendError, or rejects with one. */
  append(topic: string, reading: Reading, options?: AppendOptions): Promise<string> {
    const once = options?.dedupe;
    const known = once === undefined ? this.find(topic) : undefined;
    if (once === undefined && !(known ? known.isDurable : isDurable(topic))) {
      return Promise.resolve(this.appendReading(known, topic, reading));
    }
    this.#begin();
    return once === undefined ? this.#appendDurable(topic, reading, null) : this.#appendOnce(topic, reading, once);
  }

  #begin(): void {
    if (this.#log.isClosed) throw new BackendError("closed", "the store is closed");
    this.count++;
  }

  find(topic: string): Track | undefined {
    return this.#log.tracks.get(topic);
  }

  /** One that waits for no commit; `known` is its topic's track, where there is one. */
  appendReading(known: Track | undefined, topic: string, reading: Reading): string {
    return this.#log.cursor(this.#appendNow(known, topic, reading, null));
  }

  /** Returns the sequence. */
  #appendNow(known: Track | undefined, topic: string, reading: Reading, identify: Identify | null): number {
    this.#begin();
    const { value, time } = reading;
    const part = typeof value === "number" && reading.raw === undefined ? null : this.#pack(reading);
    const track = known ?? this.#trackFor(topic);
    const sequence = this.#nextSequence();
    const number = typeof value === "number" ? value : 0;
    this.#log.insert(track, sequence, time, number, part);
    this.#journal?.write({ topic, sequence, time, number, part }, identify?.(sequence));
    return sequence;
  }

  /** At once; throws BackendError. */
  appendOnce(topic: string, reading: Reading, id: string, listener: OnceListener): Once {
    const known = this.once.get(id);
    if (known !== undefined) {
      this.#begin();
      this.dropped.duplicate++;
      return { cursor: this.#log.cursor(listenTo(known, listener)), isRepeated: true };
    }
    const sequence = this.#appendNow(this.find(topic), topic, reading, (minted) => {
      const identity = new Identity(id, minted, listener, this.once);
      this.once.set(id, identity);
      return identity;
    });
    if (!this.#journal) this.once.set(id, listenTo(sequence, listener));
    return { cursor: this.#log.cursor(sequence), isRepeated: false };
  }

  #nextSequence(): number {
    if (this.#log.sequence >= this.#log.ceiling) {
      this.dropped.unwritable++;
      throw new BackendError("unwritable", "the disk has not taken anything for too long");
    }
    return ++this.#log.sequence;
  }

  #pack(reading: Reading): Part | null {
    return this.#orCount(() => packed(reading));
  }

  #trackFor(topic: string): Track {
    return this.#orCount(() => this.#log.trackFor(topic));
  }

  #orCount<T>(attempt: () => T): T {
    try {
      return attempt();
    } catch (error) {
      if (error instanceof BackendError && (error.code === "full" || error.code === "invalid"))
        this.dropped[error.code]++;
      throw error;
    }
  }

  #appendOnce(topic: string, reading: Reading, dedupe: string): Promise<string> {
    const known = this.dedupe.get(dedupe);
    if (known) {
      this.dropped.duplicate++;
      return known;
    }
    const cursor = isDurable(topic)
      ? this.#appendDurable(topic, reading, dedupe)
      : this.#appendCommitted(topic, reading, dedupe);
    this.dedupe.set(dedupe, cursor);
    cursor.catch(() => this.dedupe.delete(dedupe));
    return cursor;
  }

  /** A reading keeps its place in the stream from the start, and is taken back where the commit fails. */
  async #appendCommitted(topic: string, reading: Reading, dedupe: string): Promise<string> {
    const part = this.#pack(reading);
    const track = this.#trackFor(topic);
    const entry = this.#mint(topic, reading, part);
    this.#log.insert(track, entry.sequence, entry.time, entry.number, part);
    try {
      await this.#journal?.commit({ type: "entry", entry, dedupe });
    } catch (error) {
      if (this.#log.withdraw(track, entry.sequence)) this.dropped.unwritable++;
      throw error;
    }
    return this.#log.cursor(entry.sequence);
  }

  /** An entry of a queue or outbox is seen once it is committed. */
  async #appendDurable(topic: string, reading: Reading, dedupe: string | null): Promise<string> {
    const part = this.#pack(reading);
    const add = this.#placeFor(topic);
    const entry = this.#mint(topic, reading, part);
    try {
      if (this.#journal) await this.#journal?.commit({ type: "entry", entry, dedupe });
    } catch (error) {
      add(null);
      this.dropped.unwritable++;
      throw error;
    }
    add(entry);
    return this.#log.cursor(entry.sequence);
  }

  #mint(topic: string, { time, value }: Reading, part: Part | null): Stored {
    return { topic, sequence: this.#nextSequence(), time, number: typeof value === "number" ? value : 0, part };
  }

  /** Keeps a place; what it returns fills it, or gives it up. */
  #placeFor(topic: string): (entry: Stored | null) => void {
    if (!topic.startsWith(QUEUE_PREFIX)) return this.#placeInOutbox(topic);
    this.#orCount(() => this.#queues.reserve(topic));
    return (entry) => {
      this.#queues.release(topic);
      if (entry) this.#queues.add(entry);
    };
  }

  #placeInOutbox(topic: string): (entry: Stored | null) => void {
    const track = this.#orCount(() => this.#log.trackFor(topic));
    track.pending++;
    return (entry) => {
      track.pending--;
      if (entry) this.#log.insert(track, entry.sequence, entry.time, entry.number, entry.part);
    };
  }
}

function packed(reading: Reading): Part | null {
  try {
    return packPart(reading);
  } catch (error) {
    throw new BackendError("invalid", (error as Error).message);
  }
}
