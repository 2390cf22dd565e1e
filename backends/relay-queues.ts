/** The queues of one backend by name, the same for every node that uses them. */
import type { QueuedMessage } from "../lib/queue/queued-message.ts";
import type { PutRule } from "./arrival.ts";
import type { Backend } from "./backend.ts";
import { LOG_PREFIX, type ReaderStart, RelayLog } from "./relay-log.ts";
import { RelayQueue, type Taken } from "./relay-queue.ts";

/** Who asks, and when. */
export interface Asked {
  readonly reader: string;
  readonly now: number;
}

/** What a node asks of the queues, whether its messages go to one reader each or to every one. */
export interface Queues {
  put(queue: string, message: QueuedMessage, rule: PutRule): Promise<void>;
  next(queue: string, asked: Asked, rule: PutRule): Promise<Taken | null>;
  peek(queue: string, asked: Asked, rule: PutRule): Promise<QueuedMessage | null>;
  size(queue: string, reader?: string): Promise<number>;
  /** Resolves to how many messages went. */
  clear(queue: string, rule: PutRule): Promise<number>;
  /** A reader has left. */
  forget(reader: string): void;
}

/** Kept at most while nothing is on its way into them. */
const MOST_QUEUES = 10_000;

const shared = new WeakMap<Backend, SharedQueues>();
const each = new WeakMap<Backend, EachQueues>();

export function sharedQueues(backend: Backend): Queues {
  return kept(shared, backend, () => new SharedQueues(backend));
}

/** `start` counts where it is the first node that asks. */
export function eachQueues(backend: Backend, start: ReaderStart): Queues {
  return kept(each, backend, () => new EachQueues(backend, start));
}

function kept<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

class SharedQueues implements Queues {
  readonly #backend: Backend;
  readonly #queues = new Map<string, RelayQueue>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** One that is only asked needs no place: names that nobody has cost nothing. */
  #queue(name: string): RelayQueue {
    return this.#queues.get(name) ?? new RelayQueue(this.#backend, name);
  }

  put(name: string, message: QueuedMessage, rule: PutRule): Promise<void> {
    const queue = this.#queue(name);
    if (!this.#queues.has(name)) this.#add(name, queue);
    return queue.put(message, rule);
  }

  #add(name: string, queue: RelayQueue): void {
    if (this.#queues.size >= MOST_QUEUES) {
      for (const [other, { isIdle }] of this.#queues) if (isIdle) this.#queues.delete(other);
    }
    this.#queues.set(name, queue);
  }

  next(name: string, { now }: Asked, rule: PutRule): Promise<Taken | null> {
    return this.#queue(name).next(now, rule);
  }

  peek(name: string, { now }: Asked, rule: PutRule): Promise<QueuedMessage | null> {
    return this.#queue(name).peek(now, rule);
  }

  size(name: string): Promise<number> {
    return this.#queue(name).size();
  }

  clear(name: string, rule: PutRule): Promise<number> {
    return this.#queue(name).clear(rule);
  }

  forget(): void {}
}

class EachQueues implements Queues {
  readonly #backend: Backend;
  readonly #start: ReaderStart;
  readonly #logs = new Map<string, Promise<RelayLog>>();

  constructor(backend: Backend, start: ReaderStart) {
    this.#backend = backend;
    this.#start = start;
  }

  #open(name: string): Promise<RelayLog> {
    const known = this.#logs.get(name);
    if (known) return known;
    const log = RelayLog.open(this.#backend, name, this.#start);
    this.#logs.set(name, log);
    log.catch(() => this.#logs.delete(name));
    return log;
  }

  /** Null where nothing was ever put: names that nobody has cost nothing. */
  async #find(name: string): Promise<RelayLog | null> {
    const known = this.#logs.get(name);
    if (known) return known;
    const held = await this.#backend.latest([LOG_PREFIX + name]);
    return held.length > 0 ? this.#open(name) : null;
  }

  async put(name: string, message: QueuedMessage, rule: PutRule): Promise<void> {
    const log = await this.#open(name);
    return log.put(message, rule);
  }

  async next(name: string, { reader, now }: Asked): Promise<Taken | null> {
    const message = (await this.#find(name))?.next(reader, now) ?? null;
    return message && { message, ack: async () => undefined };
  }

  async peek(name: string, { reader, now }: Asked): Promise<QueuedMessage | null> {
    return (await this.#find(name))?.peek(reader, now) ?? null;
  }

  async size(name: string, reader?: string): Promise<number> {
    return (await this.#find(name))?.size(reader) ?? 0;
  }

  async clear(name: string, rule: PutRule): Promise<number> {
    return (await this.#find(name))?.clear(rule) ?? 0;
  }

  forget(reader: string): void {
    for (const log of this.#logs.values()) void log.then((one) => one.forget(reader)).catch(() => undefined);
  }
}
