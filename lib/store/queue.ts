/** Queues of jobs: taken under a lease, given back when it ends, gone when acknowledged. */
import { partLength, type Stored } from "./value.ts";

interface Lease {
  readonly job: Stored;
  readonly deadline: number;
}

export class Queue {
  /** In order of sequence, but for those given back, which stand at the head. */
  #waiting: Stored[] = [];
  readonly #leased = new Map<number, Lease>();
  /** Of the jobs not yet acknowledged, in characters of their parts. */
  weight = 0;

  /** Jobs not yet acknowledged, leased ones included. */
  get size(): number {
    return this.#waiting.length + this.#leased.size;
  }

  add(job: Stored): void {
    this.weight += partLength(job.part);
    this.#waiting.push(job);
  }

  /** The oldest waiting job, leased until `deadline`. */
  take(now: number, deadline: number): Stored | null {
    this.#reclaim(now);
    const job = this.#waiting.shift();
    if (!job) return null;
    this.#leased.set(job.sequence, { job, deadline });
    return job;
  }

  peek(now: number): Stored | null {
    this.#reclaim(now);
    return this.#waiting[0] ?? null;
  }

  /** Removes a job, also where its lease has ended meanwhile: it has been done. False where it is gone already. */
  ack(sequence: number): boolean {
    const leased = this.#leased.get(sequence)?.job;
    const index = leased ? -1 : this.#waiting.findIndex((job) => job.sequence === sequence);
    const job = leased ?? this.#waiting[index];
    if (!job) return false;
    if (leased) this.#leased.delete(sequence);
    else this.#waiting.splice(index, 1);
    this.weight -= partLength(job.part);
    return true;
  }

  has(sequence: number): boolean {
    return this.#leased.has(sequence) || this.#waiting.some((job) => job.sequence === sequence);
  }

  /** To the head. Does nothing once the lease of this taking has ended. */
  nak(sequence: number, deadline: number): void {
    const lease = this.#leased.get(sequence);
    if (lease?.deadline !== deadline) return;
    this.#leased.delete(sequence);
    this.#waiting.unshift(lease.job);
  }

  /** Removes what was added up to a sequence, leased jobs too; returns how many went. */
  clearUpTo(sequence: number): number {
    const before = this.size;
    const gone = [...this.#waiting, ...[...this.#leased.values()].map(({ job }) => job)];
    for (const job of gone) if (job.sequence <= sequence) this.weight -= partLength(job.part);
    for (const one of [...this.#leased.keys()]) if (one <= sequence) this.#leased.delete(one);
    this.#waiting = this.#waiting.filter((job) => job.sequence > sequence);
    return before - this.size;
  }

  /** Jobs whose lease has ended go back to the head, the oldest first. */
  #reclaim(now: number): void {
    const ended = [...this.#leased.values()].filter(({ deadline }) => deadline <= now).map(({ job }) => job);
    if (ended.length === 0) return;
    for (const { sequence } of ended) this.#leased.delete(sequence);
    this.#waiting.unshift(...ended.sort((a, b) => a.sequence - b.sequence));
  }
}
