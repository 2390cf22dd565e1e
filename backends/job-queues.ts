/** The queues `$queue/<name>` of a backend: their jobs in memory, each change committed to the journal first. */
import { Queue } from "../lib/store/queue.ts";
import type { Stored } from "../lib/store/value.ts";
import { BackendError, type Job, type Retention, type TakeOptions } from "./backend.ts";
import type { DurableChange } from "./journal.ts";
import type { Log } from "./log.ts";
import { checkTopic } from "./track.ts";

export const QUEUE_PREFIX = "$queue/";

const DEFAULT_LEASE_MS = 30_000;

export class JobQueues {
  readonly #queues = new Map<string, Queue>();
  readonly #pending = new Map<string, number>();
  readonly #log: Log;
  readonly #retention: Retention;
  readonly #commit: (change: DurableChange) => Promise<void>;

  constructor(log: Log, commit: (change: DurableChange) => Promise<void>) {
    this.#log = log;
    this.#retention = log.retention;
    this.#commit = commit;
  }

  get jobs(): number {
    let jobs = 0;
    for (const { size } of this.#queues.values()) jobs += size;
    return jobs;
  }

  get count(): number {
    return this.#queues.size;
  }

  /** Keeps a place for a job that is being committed; throws BackendError `full`. */
  reserve(topic: string): void {
    checkTopic(topic);
    const { maxCount, maxSeries } = this.#retention;
    const pending = this.#pending.get(topic) ?? 0;
    if ((this.#queues.get(topic)?.size ?? 0) + pending >= maxCount) {
      throw new BackendError("full", `"${topic}" holds ${maxCount} jobs`);
    }
    if (pending === 0 && !this.#queues.has(topic) && this.#queues.size + this.#pending.size >= maxSeries) {
      throw new BackendError("full", `the store holds ${maxSeries} queues, no more are allowed`);
    }
    this.#pending.set(topic, pending + 1);
  }

  release(topic: string): void {
    const pending = this.#pending.get(topic)! - 1;
    if (pending > 0) this.#pending.set(topic, pending);
    else this.#pending.delete(topic);
  }

  add(job: Stored): void {
    let queue = this.#queues.get(job.topic);
    if (!queue) {
      queue = new Queue();
      this.#queues.set(job.topic, queue);
    }
    queue.add(job);
  }

  take(name: string, { leaseMs = DEFAULT_LEASE_MS }: TakeOptions = {}): Job | null {
    const topic = QUEUE_PREFIX + name;
    const now = performance.now();
    const deadline = now + leaseMs;
    const job = this.#queues.get(topic)?.take(now, deadline);
    if (!job) return null;
    return {
      entry: this.#log.entry(job),
      ack: () => this.#ack(job),
      nak: async () => this.#queues.get(topic)?.nak(job.sequence, deadline),
    };
  }

  /** A second one, or one after `clear`, changes nothing. */
  async #ack({ topic, sequence }: Stored): Promise<void> {
    if (!this.#queues.get(topic)?.has(sequence)) return;
    await this.#commit({ type: "done", topic, sequence });
    const queue = this.#queues.get(topic);
    if (!queue?.ack(sequence)) return;
    this.#log.trimmed.ack++;
    if (queue.size === 0) this.#queues.delete(topic);
  }

  peek(name: string): Stored | null {
    return this.#queues.get(QUEUE_PREFIX + name)?.peek(performance.now()) ?? null;
  }

  size(name: string): number {
    return this.#queues.get(QUEUE_PREFIX + name)?.size ?? 0;
  }

  bytes(name: string): number {
    return this.#queues.get(QUEUE_PREFIX + name)?.weight ?? 0;
  }

  async clear(name: string): Promise<void> {
    const topic = QUEUE_PREFIX + name;
    const { sequence } = this.#log;
    if (!this.#queues.has(topic)) return;
    await this.#commit({ type: "trim", topic, upTo: sequence });
    this.#log.trimmed.clear += this.#queues.get(topic)?.clearUpTo(sequence) ?? 0;
    if (this.#queues.get(topic)?.size === 0) this.#queues.delete(topic);
  }
}
