/** A bounded queue of messages on a backend, shared by those who ask: each message goes to one of them. */
import { admit, admitByWeight } from "../lib/queue/overflow.ts";
import { fromReading, isExpired, keyOf, type QueuedMessage, weightOf } from "../lib/queue/queued-message.ts";
import { Arrival, Arrivals, type PutRule, type QueueListener } from "./arrival.ts";
import { type Backend, BackendError, type Job } from "./backend.ts";
import { QUEUE_PREFIX } from "./job-queues.ts";

export interface Taken {
  readonly message: QueuedMessage;
  /** To be called when it has been handed on; until then a crash brings it back. */
  ack(): Promise<void>;
}

export class RelayQueue {
  readonly #backend: Backend;
  readonly #name: string;
  readonly #arrivals = new Arrivals((batch, rule) => this.#store(batch, rule));
  /** While jobs are sorted out, nobody may find the queue empty. */
  #sorting: Promise<void> | null = null;
  /** What the backend itself holds at most, once it has refused one more. */
  #mostHeld = Number.POSITIVE_INFINITY;

  constructor(backend: Backend, name: string) {
    this.#backend = backend;
    this.#name = name;
  }

  /** Nothing is on its way into the queue. */
  get isIdle(): boolean {
    return this.#arrivals.isIdle;
  }

  put(message: QueuedMessage, rule: PutRule): Promise<void> {
    return this.#arrivals.add(new Arrival(this.#name, message, rule));
  }

  async #store(batch: readonly Arrival[], rule: PutRule): Promise<void> {
    const refused = await this.#admit(rule.isLatest ? await this.#supersede(batch, rule) : batch, rule);
    if (refused.length === 0) return;
    // The backend's own bound is lower than the capacity: then it is that one, and the same rule holds.
    this.#mostHeld = await this.#backend.size(this.#name);
    const left = this.#mostHeld > 0 ? await this.#admit(refused, rule) : refused;
    const error = new BackendError("full", `the store has no room for queue "${this.#name}"`);
    for (const arrival of left) arrival.fail(error);
  }

  /** Resolves to those that the backend has no place for, in their order. */
  async #admit(arrivals: readonly Arrival[], rule: PutRule): Promise<Arrival[]> {
    const { overflow, maxBytes } = rule;
    const capacity = Math.min(rule.capacity, this.#mostHeld);
    const weights = { held: await this.#backend.bytes(this.#name), most: maxBytes, overflow };
    const fitting = admitByWeight(arrivals, weights);
    const held = await this.#backend.size(this.#name);
    const { evicted, admitted, turnedAway } = admit(fitting.admitted, { held, capacity, overflow });
    for (const arrival of [...fitting.turnedAway, ...turnedAway]) arrival.turnAway();
    if (evicted > 0 || fitting.lighten > 0) await this.#evict(evicted, fitting.lighten, rule);
    return this.#append(admitted);
  }

  async #append(arrivals: readonly Arrival[]): Promise<Arrival[]> {
    const refused: Arrival[] = [];
    const append = async (arrival: Arrival) => {
      try {
        await this.#backend.append(QUEUE_PREFIX + this.#name, arrival.reading);
        arrival.stored();
      } catch (error) {
        if (error instanceof BackendError && error.code === "full") refused.push(arrival);
        else arrival.fail(error as Error);
      }
    };
    await Promise.all(arrivals.map(append));
    return refused;
  }

  /** So many at least, and as many as weigh so much. */
  async #evict(count: number, weight: number, listener: QueueListener): Promise<void> {
    const jobs = await this.#take(count);
    let left = weight - jobs.reduce((sum, { entry }) => sum + weightOf(entry), 0);
    while (left > 0) {
      const [job] = await this.#take(1);
      if (!job) break;
      jobs.push(job);
      left -= weightOf(job.entry);
    }
    await Promise.all(jobs.map((job) => job.ack()));
    if (jobs.length > 0) listener.dropped(this.#name, "drop-oldest", jobs.length);
  }

  async #take(most = Number.POSITIVE_INFINITY): Promise<Job[]> {
    const jobs: Job[] = [];
    while (jobs.length < most) {
      const job = await this.#backend.take(this.#name);
      if (!job) break;
      jobs.push(job);
    }
    return jobs;
  }

  /** Removes what is older of the keys that arrive, in the queue and in the batch itself. */
  async #supersede(batch: readonly Arrival[], listener: QueueListener): Promise<Arrival[]> {
    const newest = new Map(batch.map((arrival) => [keyOf(arrival.message), arrival]));
    const stale = await this.#takeWhere((message) => newest.has(keyOf(message)));
    await Promise.all(stale.map((job) => job.ack()));
    if (stale.length > 0) listener.dropped(this.#name, "superseded", stale.length);
    const isNewest = (arrival: Arrival) => newest.get(keyOf(arrival.message)) === arrival;
    for (const arrival of batch) if (!isNewest(arrival)) arrival.drop("superseded");
    return batch.filter(isNewest);
  }

  /** Takes those that are wanted out of the midst, and leaves the others in their order. */
  async #takeWhere(isWanted: (message: QueuedMessage) => boolean): Promise<Job[]> {
    const sorted = this.#sort(isWanted);
    this.#sorting = sorted.then(nothing, nothing);
    return sorted;
  }

  async #sort(isWanted: (message: QueuedMessage) => boolean): Promise<Job[]> {
    const jobs = await this.#take();
    const wanted = new Set(jobs.filter(({ entry }) => isWanted(fromReading(entry))));
    for (const job of jobs.reverse()) if (!wanted.has(job)) await job.nak();
    return [...wanted];
  }

  /** The oldest message that may still be handed out; null where there is none. */
  async next(now: number, listener: QueueListener): Promise<Taken | null> {
    const job = await this.#nextJob(now, listener);
    return job && { message: fromReading(job.entry), ack: () => job.ack() };
  }

  /** What has expired goes, and nobody waits for the disk to know of it. */
  async #nextJob(now: number, listener: QueueListener): Promise<Job | null> {
    for (;;) {
      await this.#sorting;
      const job = await this.#backend.take(this.#name);
      if (!job || !isExpired(fromReading(job.entry), now)) return job;
      listener.dropped(this.#name, "expired", 1);
      job.ack().catch((error: Error) => listener.fault(error));
    }
  }

  /** As `next`, but the message stays where it is. */
  async peek(now: number, listener: QueueListener): Promise<QueuedMessage | null> {
    await this.#arrivals.soFar();
    await this.#sorting;
    const entry = await this.#backend.peek(this.#name);
    if (!entry || !isExpired(fromReading(entry), now)) return entry && fromReading(entry);
    const job = await this.#nextJob(now, listener);
    await job?.nak();
    return job && fromReading(job.entry);
  }

  /** With what is on its way. */
  async size(): Promise<number> {
    await this.#arrivals.soFar();
    return this.#backend.size(this.#name);
  }

  /** Resolves to how many messages went. */
  async clear(listener: QueueListener): Promise<number> {
    await this.#arrivals.soFar();
    const jobs = await this.#take();
    await Promise.all(jobs.map((job) => job.ack()));
    if (jobs.length > 0) listener.dropped(this.#name, "cleared", jobs.length);
    return jobs.length;
  }
}

function nothing(): void {}
