/** What a flow hands to a store, in order: readings are written, queries answered, and while the store opens both wait. */
import { type Backend, BackendError } from "./backend.ts";
import type { BackendState } from "./connection.ts";
import type { ReadingWriter, WritableMessage } from "./reading-writer.ts";
import { type CommandInputs, hasAction, type Input, isBatch, readingsIn, type StoreMessage } from "./store-messages.ts";
import { answerQuery } from "./store-queries.ts";

/** Messages that wait while the store is being opened. */
const MAX_WAITING = 10_000;
/** Type of the reading by which a network tells of a device's uuid. */
const CONNECTED = "connected";
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Queries are answered one after another. */
const MAX_QUERIES = 1000;

interface StoreInUse {
  readonly backend: Backend | null;
}

/** What handing a message on throws, for its Catch node: nobody else would hear of it. */
function faultOf(attempt: () => void): Error | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Takes inputs in order: at once while the store is ready, else they wait. */
export class StoreInputs {
  readonly #writer: ReadingWriter;
  readonly #store: StoreInUse;
  readonly #commands: CommandInputs | null;
  readonly #waiting: Input[] = [];
  #lastBatch: Promise<void> | null = null;
  #queries: Promise<void> = Promise.resolve();
  #pendingQueries = 0;
  #failed = false;

  constructor(store: StoreInUse, writer: ReadingWriter, commands: CommandInputs | null = null) {
    this.#store = store;
    this.#writer = writer;
    this.#commands = commands;
  }

  receive(input: Input): void {
    const { backend } = this.#store;
    const count = readingsIn(input.message);
    this.#writer.arrive(count);
    if (backend) this.#perform(backend, input);
    else if (this.#failed) this.#drop(input, "store-failed");
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(input);
    else this.#drop(input, "queue-full", new Error(`queue full: ${MAX_WAITING} messages wait for the store to open`));
  }

  follow(state: BackendState): void {
    const { backend } = this.#store;
    this.#failed = state.name === "failed";
    if (backend) for (const input of this.#waiting.splice(0)) this.#perform(backend, input);
    else if (this.#failed) this.clear("store-failed");
  }

  /** Gives up what waits; returns how many messages that were. */
  clear(reason: string): number {
    const inputs = this.#waiting.splice(0);
    for (const input of inputs) this.#drop(input, reason);
    return inputs.length;
  }

  #drop(input: Input, reason: string, error?: Error): void {
    const { message, done } = input;
    if (this.#commands?.has(message)) {
      this.#commands.refuse(input, error ?? new BackendError("closed", `dropped: ${reason}`));
      return;
    }
    this.#writer.refuse(readingsIn(message), reason);
    done(error);
  }

  #perform(backend: Backend, input: Input): void {
    if (this.#commands?.has(input.message)) this.#commands.perform(backend, input);
    else if (hasAction(input.message)) this.#enqueue(backend, input);
    else if (isBatch(input.message)) this.#followBatch(this.#storeBatch(backend, input));
    else this.#storeOne(backend, input);
  }

  #storeOne(backend: Backend, { message, send, done }: Input): void {
    const previous = this.#lastBatch;
    const hand = (isWanted: boolean) => {
      this.#heed(backend, message);
      done(isWanted ? faultOf(() => send(message)) : undefined);
    };
    const accept = previous ? (isWanted: boolean) => void previous.then(() => hand(isWanted)) : hand;
    this.#writer.write(backend, message, Date.now(), accept, done);
  }

  /** A batch is handed on when all of it is stored: what came after it waits, so that the order is kept. */
  #followBatch(batch: Promise<void>): void {
    const last = batch.finally(() => {
      if (this.#lastBatch === last) this.#lastBatch = null;
    });
    this.#lastBatch = last;
  }

  /** What is right in a batch is stored; what is wrong is reported once for all of it. */
  async #storeBatch(backend: Backend, { message, send, done }: Input): Promise<void> {
    const readings = message.payload as WritableMessage[];
    const previous = this.#lastBatch;
    const faults: Error[] = [];
    const accepted = await this.#writeAll(backend, readings, (error) => faults.push(error));
    await previous;
    const unsent = accepted.length > 0 ? faultOf(() => send(Object.assign(message, { payload: accepted }))) : undefined;
    if (faults.length === 0) done(unsent);
    else done(new RangeError(`${faults.length} of ${readings.length} readings refused: ${faults[0]!.message}`));
  }

  /** Resolves to those that are to be handed on, once all are written or refused. */
  #writeAll(backend: Backend, readings: readonly WritableMessage[], refuse: (error: Error) => void) {
    return new Promise<WritableMessage[]>((resolve) => {
      const now = Date.now();
      const accepted: WritableMessage[] = [];
      let left = readings.length;
      const settle = () => {
        if (--left === 0) resolve(accepted);
      };
      if (left === 0) resolve(accepted);
      for (const reading of readings) {
        const accept = (isWanted: boolean) => {
          this.#heed(backend, reading);
          if (isWanted) accepted.push(reading);
          settle();
        };
        const turnAway = (error: Error) => {
          this.#writer.fail(reading, error);
          refuse(error);
          settle();
        };
        this.#writer.write(backend, reading, now, accept, turnAway, true);
      }
    });
  }

  /** A network says which uuid a device has when it connects: known from then on as if set by hand. */
  #heed(backend: Backend, { type, device, payload }: WritableMessage): void {
    if (type !== CONNECTED || typeof payload !== "string" || !UUID.test(payload)) return;
    const message = { action: "update", device, payload: { uuid: payload } };
    this.#enqueue(backend, { message, send: () => {}, done: () => {} });
  }

  #enqueue(backend: Backend, input: Input): void {
    if (this.#pendingQueries >= MAX_QUERIES) {
      this.#writer.arrive(1);
      this.#writer.refuse(1, "queries-full");
      input.done(new Error(`queue full: ${MAX_QUERIES} queries wait`));
      return;
    }
    this.#pendingQueries++;
    this.#queries = this.#queries.then(async () => {
      await this.#answer(backend, input);
      this.#pendingQueries--;
    });
  }

  async #answer(backend: Backend, { message, send, done }: Input): Promise<void> {
    const { action, ...query } = message;
    try {
      if (action === "update" && query.type !== undefined) send(await this.#setByHand(backend, message, query));
      else {
        message.payload = await answerQuery(backend, action, query, Date.now());
        if (action === "forget") this.#writer.forget(query.device!, query.type);
        send([null, message]);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** A value set by hand is a reading like any other, and its answer says where it stands. */
  async #setByHand(backend: Backend, message: StoreMessage, reading: StoreMessage): Promise<StoreMessage[]> {
    this.#writer.arrive(1);
    await new Promise((accept, refuse) => this.#writer.write(backend, reading, Date.now(), accept, refuse));
    const { device, type, payload: value, time, cursor } = reading;
    return [reading, { ...message, payload: { device, type, value, time, cursor } }];
  }
}
