/** What every embedded backend does: the structures in memory, and a journal behind them where there is one. */
import { parseCursor } from "../lib/store/cursor.ts";
import { TopicAppender } from "./appender.ts";
import type { Appends } from "./appends.ts";
import {
  type Appender,
  type AppendOptions,
  type Backend,
  type BackendCounts,
  BackendError,
  type ConditionListener,
  type Entry,
  type HistoryOptions,
  type Job,
  type KeyEvent,
  type Once,
  type OnceListener,
  type PutOptions,
  type Reading,
  type ReadOptions,
  type TakeOptions,
} from "./backend.ts";
import { type JobQueues, QUEUE_PREFIX } from "./job-queues.ts";
import type { Journal } from "./journal.ts";
import type { KeyFile } from "./key-file.ts";
import type { KeyStore } from "./key-store.ts";
import type { Log } from "./log.ts";
import { newestBytes, newestEntries } from "./newest.ts";
import type { Parts } from "./parts.ts";
import { Reader } from "./reader.ts";
import { isDurable } from "./track.ts";

export class EmbeddedBackend implements Backend {
  readonly kind: string;
  readonly epoch: string;
  readonly #log: Log;
  readonly #queues: JobQueues;
  readonly #appends: Appends;
  readonly #keys: KeyStore;
  readonly #journal: Journal | null;
  readonly #keyFile: KeyFile | null;
  #closing: Promise<void> | null = null;

  constructor(kind: string, { log, queues, appends, keys, journal, keyFile }: Parts) {
    this.kind = kind;
    this.epoch = log.epoch;
    this.#log = log;
    this.#queues = queues;
    this.#appends = appends;
    this.#keys = keys;
    this.#journal = journal;
    this.#keyFile = keyFile;
  }

  append(topic: string, reading: Reading, options?: AppendOptions): Promise<string> {
    try {
      return this.#appends.append(topic, reading, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  appendOnce(topic: string, reading: Reading, id: string, listener: OnceListener): Once {
    return this.#appends.appendOnce(topic, reading, id, listener);
  }

  appender(topic: string): Appender | null {
    return isDurable(topic) ? null : new TopicAppender(this, this.#appends, topic);
  }

  #checkOpen(): void {
    if (this.#closing) throw new BackendError("closed", "the store is closed");
  }

  head(): string {
    return this.#log.cursor(this.#log.sequence);
  }

  read(filters: readonly string[], { signal, ...options }: ReadOptions): AsyncIterable<Entry> {
    this.#checkOpen();
    const reader = new Reader(this.#log, filters, options);
    signal.addEventListener("abort", () => reader.finish(), { once: true });
    if (signal.aborted) reader.finish();
    return reader.entries();
  }

  async history(topic: string, { from, to, limit }: HistoryOptions): Promise<Entry[]> {
    this.#checkOpen();
    const track = this.#log.tracks.get(topic);
    if (!track) return [];
    this.#log.age(track, Date.now());
    const samples = track.range(from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY, limit);
    return samples.map((sample) => this.#log.entry(sample));
  }

  latest(filters: readonly string[]): Promise<Entry[]> {
    try {
      this.#checkOpen();
      return Promise.resolve(newestEntries(this.#log, filters));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  newestBytes(topic: string): Uint8Array | null | undefined {
    return this.#closing ? undefined : newestBytes(this.#log, topic);
  }

  async trim(topic: string, upTo?: string): Promise<void> {
    this.#checkOpen();
    if (topic.startsWith(QUEUE_PREFIX)) throw new BackendError("invalid", `"${topic}" is a queue: ack or clear it`);
    const sequence = upTo === undefined ? this.#log.sequence : this.#sequenceOf(upTo);
    if (!this.#log.tracks.has(topic)) return;
    await this.#journal?.commit({ type: "trim", topic, upTo: sequence });
    this.#log.trim(topic, sequence);
  }

  #sequenceOf(cursor: string): number {
    const position = parseCursor(cursor);
    if (position?.epoch === this.epoch) return position.sequence;
    throw new BackendError("invalid", `"${cursor}" is no cursor of this store`);
  }

  async take(queue: string, options?: TakeOptions): Promise<Job | null> {
    this.#checkOpen();
    return this.#queues.take(queue, options);
  }

  async peek(queue: string): Promise<Entry | null> {
    this.#checkOpen();
    const job = this.#queues.peek(queue);
    return job && this.#log.entry(job);
  }

  async size(queue: string): Promise<number> {
    this.#checkOpen();
    return this.#queues.size(queue);
  }

  async bytes(queue: string): Promise<number> {
    this.#checkOpen();
    return this.#queues.bytes(queue);
  }

  async clear(queue: string): Promise<void> {
    this.#checkOpen();
    await this.#queues.clear(queue);
  }

  async get(key: string): Promise<unknown> {
    this.#checkOpen();
    return this.#keys.get(key);
  }

  async put(key: string, value: unknown, options?: PutOptions): Promise<boolean> {
    this.#checkOpen();
    return this.#keys.put(key, value, options);
  }

  async keys(prefix: string): Promise<KeyEvent[]> {
    this.#checkOpen();
    return this.#keys.list(prefix);
  }

  watch(prefix: string, { signal }: { readonly signal: AbortSignal }): AsyncIterable<KeyEvent> {
    this.#checkOpen();
    return this.#keys.watch(prefix, signal);
  }

  counts(): BackendCounts {
    return {
      series: this.#log.seriesCount,
      entries: this.#log.entryCount + this.#queues.jobs,
      appended: this.#appends.count,
      unwritten: this.#journal?.unwritten ?? 0,
      trimmed: { ...this.#log.trimmed },
      dropped: { ...this.#appends.dropped, ...(this.#journal && { unsaved: this.#journal.unsaved }) },
    };
  }

  observe(listener: ConditionListener): void {
    if (this.#journal) this.#journal.observe(listener);
    else listener({ name: "sound", detail: "" });
  }

  /** Idempotent: readers and watchers end, the journal is flushed, everything held is released. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#keys.close();
    this.#log.close();
    await this.#journal?.close();
    await this.#keyFile?.settled();
  }
}
