/** A message on its way into a queue: told once what became of it. */
import type { Overflow } from "../lib/queue/overflow.ts";
import { type QueuedMessage, toReading, weightOf } from "../lib/queue/queued-message.ts";
import type { Reading } from "../lib/store/reading.ts";
import { BackendError } from "./backend.ts";

/** Hears what becomes of messages that nobody gets. */
export interface QueueListener {
  dropped(queue: string, reason: string, count: number): void;
  /** What the backend did not do, where nobody waits for it. */
  fault(error: Error): void;
}

/** How messages come in; one object for each node, since what comes by one rule is stored together. */
export interface PutRule extends QueueListener {
  readonly capacity: number;
  readonly maxBytes: number;
  readonly overflow: Overflow;
  /** Of messages with the same key only the newest is kept. */
  readonly isLatest: boolean;
  /** Messages left a log that every reader had. */
  retired(count: number): void;
}

/** Stored in one go: few enough that nobody waits long for the turn to end. */
const BATCH = 64;

export class Arrival {
  readonly queue: string;
  readonly message: QueuedMessage;
  /** As the store keeps it, and what that takes. */
  readonly reading: Reading;
  readonly weight: number;
  readonly rule: PutRule;
  /** Settled once the message is committed, or dropped and told; rejected where it is refused. */
  readonly settled: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #isSettled = false;

  constructor(queue: string, message: QueuedMessage, rule: PutRule) {
    this.queue = queue;
    this.message = message;
    this.reading = toReading(message);
    this.weight = weightOf(this.reading);
    this.rule = rule;
    this.settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  stored(): void {
    this.#isSettled = true;
    this.#resolve();
  }

  /** There is no room, and the rule of overflow says that it is this one that goes. */
  turnAway(): void {
    const { overflow, capacity, maxBytes } = this.rule;
    const bounds = `${capacity} messages and ${maxBytes} bytes`;
    const fault = `queue "${this.queue}" is full: it holds ${bounds} at most`;
    if (overflow === "reject") this.fail(new BackendError("full", fault));
    else this.drop(overflow);
  }

  drop(reason: string): void {
    if (this.#isSettled) return;
    this.rule.dropped(this.queue, reason, 1);
    this.stored();
  }

  fail(error: Error): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.rule.dropped(this.queue, error instanceof BackendError ? error.code : "failed", 1);
    this.#reject(error);
  }
}

/** Takes arrivals in as they come, and hands them on in batches, one after another. */
export class Arrivals {
  readonly #waiting: Arrival[] = [];
  readonly #store: (batch: readonly Arrival[], rule: PutRule) => Promise<void>;
  /** Of those that wait. */
  #weight = 0;
  #storing: Promise<void> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(store: (batch: readonly Arrival[], rule: PutRule) => Promise<void>) {
    this.#store = store;
  }

  get isIdle(): boolean {
    return this.#storing === null;
  }

  /** Resolves when all that have come so far are settled. */
  async soFar(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  add(arrival: Arrival): Promise<void> {
    this.#last = arrival.settled;
    if (arrival.weight > arrival.rule.maxBytes) arrival.turnAway();
    else {
      this.#wait(arrival);
      this.#storing ??= this.#storeAll();
    }
    return arrival.settled;
  }

  /** Where not even an empty queue could take them all, some go at once. */
  #wait(arrival: Arrival): void {
    const { capacity, maxBytes, overflow } = arrival.rule;
    this.#waiting.push(arrival);
    this.#weight += arrival.weight;
    while (this.#waiting.length > capacity || this.#weight > maxBytes) {
      const gone = overflow === "drop-oldest" ? this.#waiting.shift()! : this.#waiting.pop()!;
      this.#weight -= gone.weight;
      gone.turnAway();
    }
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#store(batch, batch[0]!.rule);
      } catch (error) {
        for (const arrival of batch) arrival.fail(error as Error);
      }
    }
    this.#storing = null;
  }

  /** The leading ones that came by the same rule. */
  #takeBatch(): Arrival[] {
    const { rule } = this.#waiting[0]!;
    const end = this.#waiting.findIndex((arrival) => arrival.rule !== rule);
    const batch = this.#waiting.splice(0, Math.min(BATCH, end < 0 ? this.#waiting.length : end));
    for (const { weight } of batch) this.#weight -= weight;
    return batch;
  }
}
