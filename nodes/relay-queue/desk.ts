/** The work of one relay-queue: messages in, the oldest out on request, every one counted. */
import type { PutRule } from "../../backends/arrival.ts";
import type { BackendState } from "../../backends/connection.ts";
import { eachQueues, type Queues, sharedQueues } from "../../backends/relay-queues.ts";
import { type QueueEvent, QueueNews } from "../../lib/queue/queue-news.ts";
import { isExpired, type QueuedMessage, queuedMessage } from "../../lib/queue/queued-message.ts";
import { quote } from "../../lib/store/ids.ts";
import { now } from "../shared/drive.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { QueueCounts } from "./counts.ts";
import { Opening } from "./opening.ts";
import { actionOf, answerCount, answerFound, askedBy, type Input, readerOf } from "./questions.ts";
import { flatListOfMessage, queueOf } from "./queue-names.ts";
import type { QueueOptions } from "./read-options.ts";

const NEWS_MS = 500;
const REFRESH_MS = 1000;

/** Hears what there is to tell of queues, and what the store did not do where nobody waits for it. */
interface DeskListener {
  news(events: readonly QueueEvent[]): void;
  fault(error: Error): void;
}

type Action = (queues: Queues, input: Input) => Promise<void>;

export class QueueDesk {
  readonly counts = new QueueCounts();
  readonly news = new QueueNews(NEWS_MS, REFRESH_MS);
  readonly #options: QueueOptions;
  readonly #listener: DeskListener;
  readonly #rule: PutRule;
  readonly #opening = new Opening(this.counts);
  #queues: Queues | null = null;
  #pending = 0;
  /** Queues that messages come into here: of the others, somebody else says what they hold. */
  readonly #own = new Set<string>();
  /** When the news are due next, as the listener knows it. */
  #due: number | null = null;
  #settle = () => {};

  constructor(options: QueueOptions, listener: DeskListener) {
    this.#options = options;
    this.#listener = listener;
    const { capacity, maxBytes, overflow, isLatest } = options;
    this.#rule = {
      capacity,
      maxBytes,
      overflow,
      isLatest,
      fault: (error) => listener.fault(error),
      dropped: (queue, reason, count) => this.#drop(queue, reason, count),
      retired: (count) => {
        this.counts.out += count;
      },
    };
  }

  #drop(queue: string, reason: string, count: number): void {
    this.counts.drop(reason, count);
    this.#tell(this.news.drop(queue, reason, count, now()));
  }

  follow(state: BackendState): void {
    const { store, sharing, start } = this.#options;
    const { backend } = store;
    this.#queues = backend && (sharing === "share" ? sharedQueues(backend) : eachQueues(backend, start));
    if (this.#queues) for (const input of this.#opening.take()) this.#perform(this.#queues, input);
    else this.#opening.follow(state);
  }

  receive(input: Input): void {
    if (this.#queues) this.#perform(this.#queues, input);
    else this.#opening.add(input);
  }

  #perform(queues: Queues, input: Input): void {
    this.#pending++;
    this.#act(queues, input)
      .then(() => input.done(), input.done)
      .finally(() => {
        if (--this.#pending === 0) this.#settle();
      });
  }

  async #act(queues: Queues, input: Input): Promise<void> {
    const action = actionOf(input.message);
    if (!Object.hasOwn(this.#actions, action)) {
      throw new RangeError(`"action" must be one of ${Object.keys(this.#actions).join(", ")}, got ${quote(action)}`);
    }
    await this.#actions[action]!(queues, input);
  }

  readonly #actions: Readonly<Record<string, Action>> = {
    put: (queues, { message }) => this.#put(queues, message),
    next: (queues, input) => this.#next(queues, input),
    peek: async (queues, input) => {
      const queue = this.#queueOf(input.message);
      answerFound(input, queue, await queues.peek(queue, askedBy(input.message), this.#rule));
    },
    size: async (queues, input) => {
      const queue = this.#queueOf(input.message);
      answerCount(input, queue, await queues.size(queue, readerOf(input.message)));
    },
    clear: async (queues, input) => {
      const queue = this.#queueOf(input.message);
      answerCount(input, queue, await queues.clear(queue, this.#rule));
      this.#changed(queue);
    },
    leave: async (queues, { message }) => queues.forget(askedBy(message).reader),
  };

  #queueOf(message: GatehouseMessage): string {
    return queueOf(this.#options.queue, message);
  }

  async #put(queues: Queues, message: GatehouseMessage): Promise<void> {
    const time = Date.now();
    this.counts.in++;
    const [queue, queued] = this.#readPut(message, time);
    if (queued === null) return this.#drop(queue, "empty", 1);
    if (isExpired(queued, time)) return this.#drop(queue, "expired", 1);
    this.#own.add(queue);
    await queues.put(queue, queued, this.#rule);
    this.#changed(queue);
  }

  /** What the queues hold that messages come into here, as it was found last. */
  *held(): Iterable<[queue: string, depth: number]> {
    for (const [queue, depth] of this.news.depths()) if (this.#own.has(queue)) yield [queue, depth];
  }

  /** Null where an object has no field to queue. */
  #readPut(message: GatehouseMessage, time: number): [queue: string, queued: QueuedMessage | null] {
    const { form, validForMs } = this.#options;
    try {
      const queue = this.#queueOf(message);
      if (form === "payload") return [queue, queuedMessage(message, time, validForMs)];
      const payload = flatListOfMessage(queue, message);
      return [queue, payload === null ? null : queuedMessage({ ...message, payload }, time, validForMs)];
    } catch (error) {
      this.counts.drop("invalid");
      throw error;
    }
  }

  /** Handed on first, so that a crash between the two repeats a message rather than losing it. */
  async #next(queues: Queues, input: Input): Promise<void> {
    const queue = this.#queueOf(input.message);
    const taken = await queues.next(queue, askedBy(input.message), this.#rule);
    answerFound(input, queue, taken?.message ?? null);
    if (!taken) return;
    // Where every reader gets it, it goes out once all have it.
    if (this.#options.sharing === "share") this.counts.out++;
    await taken.ack();
    this.#changed(queue);
  }

  #changed(queue: string): void {
    this.#tell(this.news.changed(queue, now()));
  }

  /** Where nothing is to be told, nor sooner than before, the timer is left alone. */
  #tell(events: readonly QueueEvent[]): void {
    const due = this.news.nextDeadline();
    if (events.length === 0 && due === this.#due) return;
    this.#due = due;
    this.#listener.news(events);
  }

  /** Answers a `look` of the news. */
  async look(queue: string): Promise<void> {
    const depth = await this.#queues?.size(queue);
    if (depth !== undefined) this.#tell(this.news.found(queue, depth, now()));
  }

  /** Resolves when nothing is under way any more; what waits for the store is given up. */
  async stop(): Promise<void> {
    this.#opening.refuseAll("the node has stopped", "stopped");
    if (this.#pending === 0) return;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
  }
}
