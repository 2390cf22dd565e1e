/** A bounded list of messages on a backend that every reader gets whole, each at its own pace. */
import { admit, admitByWeight } from "../lib/queue/overflow.ts";
import { fromReading, isExpired, type QueuedMessage, weightOf } from "../lib/queue/queued-message.ts";
import { SharedLog } from "../lib/queue/shared-log.ts";
import { sequenceOf } from "../lib/store/cursor.ts";
import type { Entry } from "../lib/store/reading.ts";
import { Arrival, Arrivals, type PutRule, type QueueListener } from "./arrival.ts";
import type { Backend } from "./backend.ts";

export const LOG_PREFIX = "$each/";

/** A reader that has not asked for so long has left. */
const IDLE_MS = 600_000;
/** Entries that are read back at the start: what any queue may hold. */
const MOST_HELD = 1_000_000;

/** Where a reader begins that was not there before. */
export type ReaderStart = "held" | "new";

export class RelayLog {
  readonly #backend: Backend;
  readonly #name: string;
  readonly #log: SharedLog<Entry>;
  readonly #arrivals = new Arrivals((batch, rule) => this.#store(batch, rule));
  #seen = 0;
  #hears = () => {};
  #ended: Error | null = null;

  private constructor(backend: Backend, name: string, start: ReaderStart) {
    this.#backend = backend;
    this.#name = name;
    this.#log = new SharedLog(start, IDLE_MS);
  }

  /** Follows the backend until that is closed, so that it holds what other processes put too. */
  static async open(backend: Backend, name: string, start: ReaderStart): Promise<RelayLog> {
    const log = new RelayLog(backend, name, start);
    const head = backend.head();
    const held = await backend.history(LOG_PREFIX + name, { limit: MOST_HELD });
    for (const entry of held) log.#take(entry);
    void log.#follow(held.at(-1)?.cursor ?? head);
    return log;
  }

  async #follow(after: string): Promise<void> {
    const { signal } = new AbortController();
    try {
      const options = { after, signal, onGap: () => undefined };
      for await (const entry of this.#backend.read([LOG_PREFIX + this.#name], options)) this.#take(entry);
      this.#ended = new Error("the store is closed");
    } catch (error) {
      this.#ended = error as Error;
    }
    this.#hears();
  }

  #take(entry: Entry): void {
    this.#log.add(entry);
    this.#seen = sequenceOf(entry.cursor);
    this.#hears();
  }

  put(message: QueuedMessage, rule: PutRule): Promise<void> {
    return this.#arrivals.add(new Arrival(this.#name, message, rule));
  }

  async #store(batch: readonly Arrival[], rule: PutRule): Promise<void> {
    const { capacity, maxBytes, overflow } = rule;
    const retired = this.#log.retire(Date.now());
    const fitting = admitByWeight(batch, { held: this.#weight(), most: maxBytes, overflow });
    const { evicted, admitted, turnedAway } = admit(fitting.admitted, { held: this.#log.size, capacity, overflow });
    for (const arrival of [...fitting.turnedAway, ...turnedAway]) arrival.turnAway();
    const { read, missed } = this.#log.remove(Math.max(evicted, this.#countOf(fitting.lighten)));
    await this.#trim([...retired.read, ...retired.missed, ...read, ...missed]);
    rule.retired(retired.read.length + read.length);
    this.#tellMissed([...retired.missed, ...missed], rule, "drop-oldest");
    await this.#append(admitted);
  }

  #weight(): number {
    let weight = 0;
    for (const entry of this.#log.items()) weight += weightOf(entry);
    return weight;
  }

  /** So many of the oldest weigh so much. */
  #countOf(weight: number): number {
    let [left, count] = [weight, 0];
    for (const entry of this.#log.items()) {
      if (left <= 0) break;
      left -= weightOf(entry);
      count++;
    }
    return count;
  }

  async #trim(gone: readonly Entry[]): Promise<void> {
    if (gone.length === 0) return;
    const last = gone.reduce((a, b) => (sequenceOf(b.cursor) > sequenceOf(a.cursor) ? b : a));
    await this.#backend.trim(LOG_PREFIX + this.#name, last.cursor);
  }

  #tellMissed(missed: readonly Entry[], listener: QueueListener, reason: string): void {
    const now = Date.now();
    const expired = missed.filter((entry) => isExpired(fromReading(entry), now)).length;
    if (expired > 0) listener.dropped(this.#name, "expired", expired);
    if (missed.length > expired) listener.dropped(this.#name, reason, missed.length - expired);
  }

  /** Settled once a reader would find them. */
  async #append(arrivals: readonly Arrival[]): Promise<void> {
    const appended = await Promise.all(arrivals.map((arrival) => this.#appendOne(arrival)));
    await this.#reach(Math.max(0, ...appended));
    for (const arrival of arrivals) arrival.stored();
  }

  /** Its sequence; 0 where it was not taken. */
  async #appendOne(arrival: Arrival): Promise<number> {
    try {
      return sequenceOf(await this.#backend.append(LOG_PREFIX + this.#name, arrival.reading));
    } catch (error) {
      arrival.fail(error as Error);
      return 0;
    }
  }

  /** What was appended is in the list once it has come back. */
  async #reach(sequence: number): Promise<void> {
    while (this.#seen < sequence && this.#ended === null) {
      await new Promise<void>((resolve) => {
        this.#hears = resolve;
      });
    }
  }

  /** The next message for one reader; null where it has had them all. */
  next(reader: string, now: number): QueuedMessage | null {
    const entry = this.#log.next(reader, now, (one) => !isExpired(fromReading(one), now));
    return entry && fromReading(entry);
  }

  async peek(reader: string, now: number): Promise<QueuedMessage | null> {
    await this.#arrivals.soFar();
    const left = this.#log.left(reader).map(fromReading);
    return left.find((message) => !isExpired(message, now)) ?? null;
  }

  /** Of all that is held, or of what a reader has before it. */
  async size(reader?: string): Promise<number> {
    await this.#arrivals.soFar();
    return reader === undefined ? this.#log.size : this.#log.left(reader).length;
  }

  forget(reader: string): void {
    this.#log.forget(reader);
  }

  async clear(rule: PutRule): Promise<number> {
    await this.#arrivals.soFar();
    const { read, missed } = this.#log.remove(this.#log.size);
    await this.#trim([...read, ...missed]);
    rule.retired(read.length);
    this.#tellMissed(missed, rule, "cleared");
    return read.length + missed.length;
  }
}
