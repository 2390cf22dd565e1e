/** What every store backend offers: one ordered stream of readings, queues, outboxes and keys. */
import type { Appender, Entry, Gap, Reading } from "../lib/store/reading.ts";

export type { Appender, Entry, Gap, Reading } from "../lib/store/reading.ts";

/** Faults of a backend differ by code; the message names the option or path. */
export class BackendError extends Error {
  readonly code: "closed" | "ended" | "full" | "owned" | "unsupported" | "unwritable" | "invalid";
  constructor(code: BackendError["code"], message: string) {
    super(message);
    this.name = "BackendError";
    this.code = code;
  }
}

export interface AppendOptions {
  /** A stable identity; a second append with the same one returns the first one's cursor. Committed before it resolves. */
  readonly dedupe?: string;
}

/** What an append that may be a repetition gives at once. */
export interface Once {
  readonly cursor: string;
  readonly isRepeated: boolean;
}

/** Hears of such an append, once, and never before it has returned. */
export interface OnceListener {
  /** The reading is on disk together with its identity. */
  committed(): void;
  /** It never will be: BackendError `unwritable`. */
  lost(error: Error): void;
}

export interface ReadOptions {
  /** Replay what came after this cursor, then go on live; without it, live only. */
  readonly after?: string;
  /** With `after`: end where all readings that are held up to this cursor have been supplied, instead of going on live. */
  readonly upTo?: string;
  readonly signal: AbortSignal;
  /** Called once for each stretch that cannot be supplied, before the entry that follows it. */
  readonly onGap: (gap: Gap) => void;
}

export interface HistoryOptions {
  /** Inclusive bounds, milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  /** The newest `limit` of the range are returned, oldest first. */
  readonly limit: number;
}

export interface Job {
  readonly entry: Entry;
  ack(): Promise<void>;
  /** Gives the job back to the head of its queue. */
  nak(): Promise<void>;
}

export interface TakeOptions {
  /** A job neither acked nor nakked for so long goes back to its queue. */
  readonly leaseMs?: number;
}

export interface PutOptions {
  readonly ttlMs?: number;
  /** Write only where the key has no value. */
  readonly ifAbsent?: boolean;
}

export interface KeyEvent {
  readonly key: string;
  /** Null where the key was deleted or expired. */
  readonly value: unknown;
}

export interface BackendCounts {
  readonly series: number;
  readonly entries: number;
  readonly appended: number;
  /** Readings that wait for the disk. */
  readonly unwritten: number;
  /** Readings that retention removed, by reason (`count`, `bytes`, `age`, `trim`). */
  readonly trimmed: Readonly<Record<string, number>>;
  /** What was lost or refused, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * How a backend in use is. `unsaved`: the disk takes no readings, which are in memory only. `ended`: it can only be
 * closed, and opened anew. The detail says why.
 */
export interface Condition {
  readonly name: "sound" | "unsaved" | "ended";
  readonly detail: string;
}

export type ConditionListener = (condition: Condition) => void;

/**
 * Topics that begin with `$` are not readings: `$out/<device>` is a device's outbox, `$queue/<name>` a queue.
 * They are committed to disk before `append` resolves (file backend), as is every append with `dedupe`;
 * readings are in memory when `append` resolves and on disk within a second.
 * Wildcards never select them. Memory backends resolve at once.
 */
export interface Backend {
  /** `memory`, `file`, `nats` */
  readonly kind: string;
  readonly epoch: string;
  append(topic: string, reading: Reading, options?: AppendOptions): Promise<string>;
  /** A reading is appended at once where its identity was not before; throws the store's errors. */
  appendOnce(topic: string, reading: Reading, id: string, listener: OnceListener): Once;
  /** For many readings of one topic; null where each has to wait for its commit, as those of `$` topics. */
  appender(topic: string): Appender | null;
  /** Cursor of the newest entry; `<epoch>-0` while there is none. */
  head(): string;
  read(filters: readonly string[], options: ReadOptions): AsyncIterable<Entry>;
  history(topic: string, options: HistoryOptions): Promise<Entry[]>;
  /** The newest entry of every topic that a filter selects. */
  latest(filters: readonly string[]): Promise<Entry[]>;
  /** Of one topic's newest entry the bytes as received; null where it has none, undefined where only `latest` can tell. */
  newestBytes(topic: string): Uint8Array | null | undefined;
  /** Removes a topic's entries up to and including a cursor, or all of them: the cumulative ack of an outbox, or forgetting. */
  trim(topic: string, upTo?: string): Promise<void>;
  take(queue: string, options?: TakeOptions): Promise<Job | null>;
  peek(queue: string): Promise<Entry | null>;
  size(queue: string): Promise<number>;
  /** What the jobs of a queue take, in bytes. */
  bytes(queue: string): Promise<number>;
  clear(queue: string): Promise<void>;
  get(key: string): Promise<unknown>;
  /** Null deletes. Resolves to false where `ifAbsent` found a value. */
  put(key: string, value: unknown, options?: PutOptions): Promise<boolean>;
  keys(prefix: string): Promise<KeyEvent[]>;
  /** The present values first, then every change. */
  watch(prefix: string, options: { readonly signal: AbortSignal }): AsyncIterable<KeyEvent>;
  counts(): BackendCounts;
  /** The listener hears the present condition at once, then each change, in the place of an earlier listener. */
  observe(listener: ConditionListener): void;
  close(): Promise<void>;
}

export interface Retention {
  /** Readings kept for each topic. */
  readonly maxCount: number;
  /** Readings older than this are removed; 0 keeps them whatever their age. */
  readonly maxAgeMs: number;
  /** Of each topic's texts, objects and bytes; absent or 0: as many as there are. The newest reading is always kept. */
  readonly maxTopicBytes?: number;
  /** Topics kept in all; an append to one more is refused with code `full`. */
  readonly maxSeries: number;
}
