/** Inputs of a store while it opens, when it fails, and when too many come. */
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { openMemory } from "../../backends/memory.ts";
import { DEFAULT_LIMITS, ReadingWriter } from "../../backends/reading-writer.ts";
import { StoreInputs } from "../../backends/store-inputs.ts";
import type { StoreMessage } from "../../backends/store-messages.ts";

const MAX_WAITING = 10_000;

function start(onlyDifferent = false) {
  const store: { backend: Backend | null } = { backend: null };
  const report = (fault: Error) => {
    throw fault;
  };
  const writer = new ReadingWriter(DEFAULT_LIMITS, report, onlyDifferent);
  const inputs = new StoreInputs(store, writer);
  const sent: StoreMessage[] = [];
  const errors: Error[] = [];
  const pending: Promise<void>[] = [];
  const receive = (message: StoreMessage) => {
    const send = (messages: StoreMessage | (StoreMessage | null)[]) =>
      void sent.push(...[messages].flat().filter((one) => one !== null));
    const settled = new Promise<void>((resolve) => {
      const done = (error?: Error) => {
        if (error) errors.push(error);
        resolve();
      };
      inputs.receive({ message, send, done });
    });
    pending.push(settled);
  };
  const open = () => {
    store.backend = openMemory({ maxCount: 20_000, maxAgeMs: 0, maxSeries: 10 });
    inputs.follow({ name: "ready", detail: "memory" });
  };
  const done = () => Promise.all(pending);
  const balance = () => {
    const { in: taken, stored, held, refused } = writer.counts;
    const lost = Object.values(refused).reduce((sum, count) => sum + count, 0);
    should(taken).equal(stored + held + lost);
    return { stored, held, lost };
  };
  return { inputs, writer, sent, errors, receive, open, done, balance };
}

const reading = (payload: unknown): StoreMessage => ({ topic: "mesh/5/GPS", payload });

describe("StoreInputs", () => {
  it("keeps what comes while the store opens, and performs it in order", async () => {
    const { receive, open, done, sent, balance } = start();
    receive(reading(1));
    receive({ payload: [reading(2), reading(3)] });
    receive({ action: "history", topic: "mesh/5/GPS" });
    should(balance()).deepEqual({ stored: 0, held: 3, lost: 0 });
    open();
    receive(reading(4));
    await done();
    should(balance()).deepEqual({ stored: 4, held: 0, lost: 0 });
    const readings = sent.flatMap(({ payload, action }) => (action ? [] : payload)) as unknown[];
    should(readings.map((one) => (one as StoreMessage).payload ?? one)).deepEqual([1, 2, 3, 4]);
    const answer = sent.find(({ action }) => action === "history")!.payload as { value: unknown }[];
    should(answer.map(({ value }) => value)).deepEqual([1, 2, 3, 4]);
  });

  it("refuses what comes when too much waits, by name", async () => {
    const { receive, open, done, errors, balance } = start();
    for (let index = 0; index < MAX_WAITING + 2; index++) receive(reading(index));
    should(errors.map(({ message }) => message)).deepEqual(
      Array(2).fill("queue full: 10000 messages wait for the store to open"),
    );
    should(balance()).deepEqual({ stored: 0, held: MAX_WAITING, lost: 2 });
    open();
    await done();
    should(balance()).deepEqual({ stored: MAX_WAITING, held: 0, lost: 2 });
  });

  it("gives up what waits when the store fails, and what comes then, without an error for each", async () => {
    const { inputs, writer, receive, done, errors, balance } = start();
    receive(reading(1));
    inputs.follow({ name: "failed", detail: "no" });
    receive(reading(2));
    await done();
    should(errors).be.empty();
    should(balance()).deepEqual({ stored: 0, held: 0, lost: 2 });
    should(writer.counts.refused).containEql({ "store-failed": 2 });
  });

  it("says how many it gives up at the end", async () => {
    const { inputs, receive, done, balance } = start();
    receive(reading(1));
    receive({ payload: [reading(2), reading(3)] });
    should(inputs.clear("stopped")).equal(2);
    await done();
    should(balance()).deepEqual({ stored: 0, held: 0, lost: 3 });
  });

  it("refuses queries when too many wait, counts them, and answers the others", async () => {
    const { writer, receive, open, done, errors, sent, balance } = start();
    open();
    for (let index = 0; index < 1003; index++) receive({ action: "devices" });
    await done();
    should(errors).have.length(3);
    should(errors[0]!.message).equal("queue full: 1000 queries wait");
    should(writer.counts.refused).containEql({ "queries-full": 3 });
    should(balance()).deepEqual({ stored: 0, held: 0, lost: 3 });
    should(sent).have.length(1000);
  });

  it("tells of a message that takes no cursor, and goes on", async () => {
    const { receive, open, done, errors, sent, balance } = start();
    open();
    receive(Object.freeze(reading(1)));
    receive({ payload: [Object.freeze(reading(2)), reading(3)] });
    receive(Object.freeze({ payload: [reading(4)] }));
    receive(reading(5));
    await done();
    should(errors.map(({ message }) => message)).match([
      /^stored, but not handed on: Cannot/,
      /^1 of 2 readings refused: stored, but not handed on/,
      /^Cannot assign/,
    ]);
    should(sent.flatMap(({ payload }) => payload)).match([{ payload: 3 }, 5]);
    should(balance()).deepEqual({ stored: 5, held: 0, lost: 0 });
  });

  it("gives what a wire throws to the message's own end, once", async () => {
    const { inputs, open } = start();
    open();
    const send = () => {
      throw new Error("no wire");
    };
    const ends = [reading(1), { payload: [reading(2)] }].map(
      (message) => new Promise((resolve) => inputs.receive({ message, send, done: resolve })),
    );
    should(await Promise.all(ends)).match([{ message: "no wire" }, { message: "no wire" }]);
  });

  it("compares with what a value was, where the flow sends one object again and again", async () => {
    const { receive, open, done, sent } = start(true);
    open();
    const payload = { a: 1, list: [1] };
    const messages = [() => payload.a++, () => {}, () => payload.list.push(2)].map((change) => {
      change();
      receive(reading(payload));
      return done();
    });
    await Promise.all(messages);
    should(sent).have.length(2);
  });

  it("loses no update of two at once", async () => {
    const { receive, open, done, sent } = start();
    open();
    receive({ action: "update", device: "mesh/5", payload: { name: "Roof" } });
    receive({ action: "update", device: "mesh/5", payload: { uuid: "u" } });
    await done();
    should(sent.at(-1)!.payload).containEql({ name: "Roof", uuid: "u" });
  });
});
