/** What every backend promises, as one suite that is run on each of them. */
import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import type {
  Backend,
  BackendError,
  Entry,
  Gap,
  Job,
  KeyEvent,
  OnceListener,
  Retention,
} from "../../backends/backend.ts";
import { parseCursor } from "../../lib/store/cursor.ts";

export interface Opener {
  open(retention: Retention): Promise<Backend>;
  /** After each test. */
  clean(): Promise<void>;
}

export const ROOMY: Retention = { maxCount: 10_000, maxAgeMs: 0, maxSeries: 1000 };

/** Reads until it holds so many entries, then stops. */
async function collect(backend: Backend, filters: string[], count: number, after?: string) {
  const entries: Entry[] = [];
  const gaps: Gap[] = [];
  const options = { signal: new AbortController().signal, onGap: (gap: Gap) => gaps.push(gap) };
  const reading = backend.read(filters, after === undefined ? options : { ...options, after });
  for await (const entry of reading) if (entries.push(entry) === count) break;
  return { entries, gaps, values: entries.map(({ value }) => value) };
}

async function fill(backend: Backend, topic: string, count: number, from = 1): Promise<string[]> {
  const cursors: string[] = [];
  for (let value = from; value < from + count; value++) {
    cursors.push(await backend.append(topic, { time: 1000 + value, value }));
  }
  return cursors;
}

export function sequenceOf(cursor: string): number {
  return parseCursor(cursor)!.sequence;
}

/** in = out + dropped + held; `unsaved` readings are held in memory. */
export function checkBalance(backend: Backend): void {
  const { appended, entries, trimmed, dropped } = backend.counts();
  const { unsaved: _held, ...gone } = dropped;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  should(entries + sum(trimmed) + sum(gone)).equal(appended);
}

async function takeSoon(backend: Backend, queue: string): Promise<Job> {
  for (;;) {
    const job = await backend.take(queue, { leaseMs: 10_000 });
    if (job) return job;
    await pause(2);
  }
}

function rejectsWith(promise: Promise<unknown>, code: BackendError["code"]) {
  return should(promise).be.rejectedWith({ name: "BackendError", code });
}

export function describeBackend(name: string, { open, clean }: Opener): void {
  describe(`${name} keeps what every backend promises`, () => {
    let backend: Backend;

    async function openWith(retention: Partial<Retention> = {}): Promise<Backend> {
      backend = await open({ ...ROOMY, ...retention });
      return backend;
    }

    afterEach(async () => {
      await backend.close();
      await clean();
    });

    describe("append and head", () => {
      it("mints cursors of one epoch in rising order", async () => {
        await openWith();
        should(backend.head()).equal(`${backend.epoch}-0`);
        const cursors = await fill(backend, "mesh/1/T", 3);
        should(cursors.map((cursor) => parseCursor(cursor)!.epoch)).deepEqual(Array(3).fill(backend.epoch));
        should(cursors.map(sequenceOf)).deepEqual([1, 2, 3]);
        should(backend.head()).equal(cursors[2]);
      });

      const values: [string, unknown][] = [
        ["a number", -1.5],
        ["NaN", Number.NaN],
        ["infinity", Number.NEGATIVE_INFINITY],
        ["text", "21 °C \u0000 \ud83d\ude00"],
        ["a boolean", false],
        ["null", null],
        ["an object", { longitude: 1.5, deep: [1, { two: "2" }] }],
        ["bytes", Buffer.from([0, 128, 255])],
        ["no bytes", Buffer.alloc(0)],
      ];
      for (const [what, value] of values) {
        it(`gives back ${what}, with raw bytes and without`, async () => {
          await openWith();
          const raw = Buffer.from([0xff, 0, 0xfe]);
          await backend.append("mesh/1/T", { time: 5, value });
          const [plain] = await backend.latest(["mesh/1/T"]);
          should(plain).deepEqual({ topic: "mesh/1/T", cursor: backend.head(), time: 5, value });
          await backend.append("mesh/1/T", { time: 6, value, raw });
          const [withRaw] = await backend.latest(["mesh/1/T"]);
          should(withRaw).deepEqual({ topic: "mesh/1/T", cursor: backend.head(), time: 6, value, raw });
        });
      }

      it("keeps what was appended when the flow changes its message afterwards", async () => {
        await openWith();
        const value = { a: 1 };
        const raw = Buffer.from([1]);
        await backend.append("mesh/1/T", { time: 5, value, raw });
        value.a = 2;
        raw[0] = 2;
        const [entry] = await backend.latest(["mesh/1/T"]);
        should(entry!.value).deepEqual({ a: 1 });
        should([...entry!.raw!]).deepEqual([1]);
      });

      it("writes bytes within an object as base64", async () => {
        await openWith();
        await backend.append("mesh/1/T", { time: 5, value: { image: Buffer.from("abc") } });
        const [entry] = await backend.latest(["mesh/1/T"]);
        should(entry!.value).deepEqual({ image: { base64: "YWJj" } });
      });

      it("refuses a value that JSON cannot hold, and counts it", async () => {
        await openWith();
        await rejectsWith(backend.append("mesh/1/T", { time: 5, value: 1n }), "invalid");
        await rejectsWith(backend.append("mesh/1/T", { time: 5, value: () => 1 }), "invalid");
        should(backend.counts().dropped.invalid).equal(2);
        checkBalance(backend);
      });

      it("refuses a topic that is empty, too long or a filter", async () => {
        await openWith();
        for (const topic of ["", "mesh/+/T", "mesh/#", "$queue/+", "x".repeat(257)]) {
          await rejectsWith(backend.append(topic, { time: 5, value: 1 }), "invalid");
        }
        should(backend.counts()).match({ series: 0, appended: 5, dropped: { invalid: 5 } });
        checkBalance(backend);
      });

      it("refuses one topic more than are allowed, and takes the place of an empty one", async () => {
        await openWith({ maxSeries: 2 });
        await fill(backend, "a/1/T", 1);
        await fill(backend, "b/1/T", 1);
        await rejectsWith(backend.append("c/1/T", { time: 1, value: 1 }), "full");
        await backend.trim("a/1/T");
        await fill(backend, "c/1/T", 1);
        should(backend.counts().series).equal(2);
        should(backend.counts().dropped.full).equal(1);
        checkBalance(backend);
      });
    });

    describe("dedupe", () => {
      for (const topic of ["mesh/1/T", "$out/mesh/1", "$queue/jobs"]) {
        it(`appends one identity once to ${topic}, also while the first is on its way`, async () => {
          await openWith();
          const first = backend.append(topic, { time: 1, value: "a" }, { dedupe: "id-1" });
          const second = backend.append(topic, { time: 2, value: "a" }, { dedupe: "id-1" });
          should(await second).equal(await first);
          should(await backend.append(topic, { time: 3, value: "a" }, { dedupe: "id-1" })).equal(await first);
          should(await backend.append(topic, { time: 3, value: "b" }, { dedupe: "id-2" })).not.equal(await first);
          should(backend.counts()).match({ appended: 4, entries: 2 });
          should(backend.counts().dropped.duplicate).equal(2);
          checkBalance(backend);
        });
      }
    });

    describe("an append that may be a repetition", () => {
      it("is made at once, once for each identity, and tells when it is on disk", async () => {
        await openWith();
        const committed: Promise<void>[] = [];
        const once = (time: number, value: string) => {
          let listener: OnceListener | undefined;
          committed.push(
            new Promise((resolve, reject) => {
              listener = { committed: resolve, lost: reject };
            }),
          );
          return backend.appendOnce("mesh/1/T", { time, value }, "id-1", listener!);
        };
        const first = once(1, "a");
        const second = once(2, "b");
        should([first.isRepeated, second.isRepeated]).deepEqual([false, true]);
        should(second.cursor).equal(first.cursor);
        await Promise.all(committed);
        should(once(3, "c")).deepEqual({ cursor: first.cursor, isRepeated: true });
        await committed[2];
        should((await backend.history("mesh/1/T", { limit: 10 })).map(({ value }) => value)).deepEqual(["a"]);
        should(backend.counts().dropped.duplicate).equal(2);
        checkBalance(backend);
      });
    });

    describe("history", () => {
      it("gives the newest of a range, oldest first", async () => {
        await openWith();
        await fill(backend, "mesh/1/T", 2000);
        const entries = await backend.history("mesh/1/T", { from: 1100, to: 2500, limit: 3 });
        should(entries.map(({ time, value }) => [time, value])).deepEqual([
          [2498, 1498],
          [2499, 1499],
          [2500, 1500],
        ]);
        should(await backend.history("mesh/1/T", { limit: 10_000 })).have.length(2000);
        should(await backend.history("mesh/1/T", { from: 4000, limit: 5 })).be.empty();
        should(await backend.history("mesh/1/T", { to: 1000, limit: 5 })).be.empty();
        should(await backend.history("mesh/1/T", { limit: 0 })).be.empty();
        should(await backend.history("mesh/2/T", { limit: 5 })).be.empty();
      });

      it("sorts readings that came late", async () => {
        await openWith();
        for (const time of [10, 30, 20, 40, 5]) await backend.append("mesh/1/T", { time, value: time });
        const entries = await backend.history("mesh/1/T", { from: 6, to: 35, limit: 10 });
        should(entries.map(({ time }) => time)).deepEqual([10, 20, 30]);
        const newest = await backend.history("mesh/1/T", { limit: 2 });
        should(newest.map(({ time }) => time)).deepEqual([30, 40]);
      });
    });

    describe("latest", () => {
      it("gives the newest entry of each topic that a filter selects", async () => {
        await openWith();
        await fill(backend, "mesh/1/T", 3);
        await fill(backend, "mesh/2/T", 2);
        await fill(backend, "mesh/2/B", 1);
        await fill(backend, "$out/mesh/2", 1);
        const topics = async (...filters: string[]) =>
          (await backend.latest(filters)).map(({ topic, value }) => `${topic}=${value}`).sort();
        should(await topics("mesh/+/T")).deepEqual(["mesh/1/T=3", "mesh/2/T=2"]);
        should(await topics("#")).deepEqual(["mesh/1/T=3", "mesh/2/B=1", "mesh/2/T=2"]);
        should(await topics("mesh/1/T", "mesh/1/T", "mesh/9/T")).deepEqual(["mesh/1/T=3"]);
        await rejectsWith(backend.latest(["mesh/#/T"]), "invalid");
      });
    });

    describe("newestBytes", () => {
      it("gives the bytes of a topic's newest entry as received, or says that only latest can tell", async () => {
        await openWith();
        if (backend.newestBytes("mesh/1/T") === undefined) return;
        const raw = Buffer.from([1, 255]);
        await backend.append("mesh/1/T", { value: { x: 1 }, raw: Buffer.from("old"), time: Date.now() });
        await backend.append("mesh/1/T", { value: { x: 2 }, raw, time: Date.now() });
        await backend.append("mesh/2/T", { value: Buffer.from("bytes"), time: Date.now() });
        await backend.append("mesh/3/T", { value: 5, time: Date.now() });
        should(backend.newestBytes("mesh/1/T")).deepEqual(raw);
        should(backend.newestBytes("mesh/2/T")).deepEqual(Buffer.from("bytes"));
        should(backend.newestBytes("mesh/3/T")).be.null();
        should(backend.newestBytes("mesh/9/T")).be.null();
        await backend.close();
        should(backend.newestBytes("mesh/1/T")).be.undefined();
      });
    });

    describe("retention", () => {
      it("keeps so many readings of a topic and counts the rest", async () => {
        await openWith({ maxCount: 100 });
        await fill(backend, "mesh/1/T", 1000);
        await fill(backend, "mesh/2/T", 10);
        const entries = await backend.history("mesh/1/T", { limit: 10_000 });
        should(entries.map(({ value }) => value)).deepEqual(Array.from({ length: 100 }, (_, index) => 901 + index));
        should(backend.counts()).match({ entries: 110, series: 2, trimmed: { count: 900 } });
        checkBalance(backend);
      });

      it("keeps so many bytes of a topic, its newest reading at least, and counts the rest", async () => {
        await openWith({ maxTopicBytes: 100 });
        for (let index = 0; index < 20; index++) {
          await backend.append("mesh/1/T", { time: 1000 + index, value: `${index}`.padStart(30) });
        }
        await backend.append("mesh/2/T", { time: 1000, value: Buffer.alloc(1000, 7) });
        await fill(backend, "mesh/3/T", 50);
        const entries = await backend.history("mesh/1/T", { limit: 99 });
        should(entries.map(({ value }) => Number(value))).deepEqual([17, 18, 19]);
        should(await backend.history("mesh/2/T", { limit: 9 })).have.length(1);
        should(backend.counts()).match({ entries: 54, trimmed: { bytes: 17, count: 0 } });
        checkBalance(backend);
      });

      it("removes readings by age, and never those of an outbox", async () => {
        await openWith({ maxAgeMs: 60_000 });
        const now = Date.now();
        await backend.append("mesh/1/T", { time: now - 61_000, value: 1 });
        await backend.append("mesh/1/T", { time: now, value: 2 });
        await backend.append("$out/mesh/1", { time: now - 61_000, value: 3 });
        should((await backend.history("mesh/1/T", { limit: 9 })).map(({ value }) => value)).deepEqual([2]);
        should(await backend.history("$out/mesh/1", { limit: 9 })).have.length(1);
        should(backend.counts().trimmed.age).equal(1);
        checkBalance(backend);
      });

      it("refuses an outbox entry beyond the bound instead of losing an older one", async () => {
        await openWith({ maxCount: 2 });
        await fill(backend, "$out/mesh/1", 2);
        await rejectsWith(backend.append("$out/mesh/1", { time: 1, value: 3 }), "full");
        should((await backend.history("$out/mesh/1", { limit: 9 })).map(({ value }) => value)).deepEqual([1, 2]);
        checkBalance(backend);
      });
    });

    describe("trim", () => {
      it("removes a topic's entries up to a cursor, or all", async () => {
        await openWith();
        const cursors = await fill(backend, "$out/mesh/1", 5);
        await fill(backend, "$out/mesh/2", 1);
        await backend.trim("$out/mesh/1", cursors[2]);
        should((await backend.history("$out/mesh/1", { limit: 9 })).map(({ value }) => value)).deepEqual([4, 5]);
        await backend.trim("$out/mesh/1");
        should(await backend.history("$out/mesh/1", { limit: 9 })).be.empty();
        should(await backend.latest(["$out/mesh/1"])).be.empty();
        should(await backend.history("$out/mesh/2", { limit: 9 })).have.length(1);
        should(backend.counts()).match({ entries: 1, series: 1, trimmed: { trim: 5 } });
        checkBalance(backend);
      });

      it("refuses the cursor of another store, and a queue", async () => {
        await openWith();
        await fill(backend, "mesh/1/T", 1);
        await rejectsWith(backend.trim("mesh/1/T", "other-1"), "invalid");
        await rejectsWith(backend.trim("$queue/jobs"), "invalid");
      });
    });

    describe("read", () => {
      it("replays after a cursor in the order of the whole stream, then goes on live", async () => {
        await openWith();
        const cursors: string[] = [];
        for (let value = 0; value < 600; value++) {
          cursors.push(await backend.append(`mesh/${value % 7}/T`, { time: 1, value }));
        }
        await backend.append("other/1/T", { time: 1, value: -1 });
        const reading = collect(backend, ["mesh/#"], 590 + 5, cursors[9]);
        await fill(backend, "mesh/8/T", 5, 600);
        const { values, gaps } = await reading;
        should(values).deepEqual(Array.from({ length: 595 }, (_, index) => 10 + index));
        should(gaps).be.empty();
      });

      it("begins live without a cursor", async () => {
        await openWith();
        await fill(backend, "mesh/1/T", 5);
        const reading = collect(backend, ["mesh/+/T"], 2);
        await fill(backend, "mesh/1/T", 1, 6);
        await fill(backend, "mesh/2/T", 1, 7);
        should((await reading).values).deepEqual([6, 7]);
      });

      it("tells a reader of exactly the gap that its filter suffers, once, before what follows", async () => {
        await openWith({ maxCount: 10 });
        const [first] = await fill(backend, "mesh/1/T", 5);
        await fill(backend, "mesh/2/T", 30);
        const kept = await collect(backend, ["mesh/1/T"], 4, first);
        should(kept.gaps).be.empty();
        should(kept.values).deepEqual([2, 3, 4, 5]);
        const both = await collect(backend, ["mesh/#"], 14, first);
        should(both.gaps).deepEqual([{ from: first, to: `${backend.epoch}-25` }]);
        should(both.values).deepEqual([2, 3, 4, 5, ...Array.from({ length: 10 }, (_, index) => 21 + index)]);
      });

      it("tells of a gap before the entry that follows it when retention overtakes a slow reader", async () => {
        await openWith({ maxCount: 100 });
        const told: string[] = [];
        const options = {
          signal: new AbortController().signal,
          onGap: ({ from, to }: Gap) => told.push(`${from}..${to}`),
        };
        const reading = backend.read(["mesh/1/T"], options)[Symbol.asyncIterator]();
        await fill(backend, "mesh/1/T", 5000);
        for (let count = 0; count < 1024 + 100; count++) told.push(String((await reading.next()).value.value));
        await reading.return!();
        const numbers = (from: number, to: number) =>
          Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
        should(told).deepEqual([
          ...numbers(1, 1024),
          `${backend.epoch}-1024..${backend.epoch}-4900`,
          ...numbers(4901, 5000),
        ]);
        checkBalance(backend);
      });

      it("tells of a gap when retention overtakes a replay under way", async () => {
        await openWith({ maxCount: 100 });
        await fill(backend, "mesh/1/T", 100);
        const told: string[] = [];
        const options = {
          signal: new AbortController().signal,
          onGap: ({ from, to }: Gap) => told.push(`${from}..${to}`),
        };
        const reading = backend.read(["mesh/1/T"], { ...options, after: `${backend.epoch}-0` })[Symbol.asyncIterator]();
        for (let count = 0; count < 3; count++) told.push(String((await reading.next()).value.value));
        await fill(backend, "mesh/1/T", 200, 101);
        const rest: unknown[] = [];
        while (rest.at(-1) !== 300) rest.push((await reading.next()).value.value);
        await reading.return!();
        should(told.slice(0, 3)).deepEqual(["1", "2", "3"]);
        should(told).have.length(4);
        // One sample is held ahead of retention.
        should(told[3]).equal(`${backend.epoch}-4..${backend.epoch}-200`);
        should(rest).deepEqual([4, ...Array.from({ length: 100 }, (_, index) => 201 + index)]);
      });

      it("supplies everything held after a gap to a cursor of another epoch or from the future", async () => {
        await openWith({ maxCount: 10 });
        await fill(backend, "mesh/1/T", 15);
        for (const after of ["other-7", `${backend.epoch}-99`, "no cursor"]) {
          const { values, gaps } = await collect(backend, ["mesh/1/T"], 10, after);
          should(gaps).deepEqual([{ from: after, to: `${backend.epoch}-5` }]);
          should(values).deepEqual(Array.from({ length: 10 }, (_, index) => 6 + index));
        }
      });

      it("loses nothing to a slow reader that retention does not overtake", async () => {
        await openWith();
        const options = { signal: new AbortController().signal, onGap: () => should.fail(0, 1, "a gap was told", "") };
        const reading = backend.read(["mesh/+/T"], options)[Symbol.asyncIterator]();
        await fill(backend, "mesh/1/T", 3000);
        const values: unknown[] = [];
        while (values.length < 2000) values.push((await reading.next()).value.value);
        await fill(backend, "mesh/2/T", 3000, 3001);
        while (values.length < 6000) values.push((await reading.next()).value.value);
        await reading.return!();
        should(values).deepEqual(Array.from({ length: 6000 }, (_, index) => 1 + index));
      });

      it("ends a replay with an end there, whatever is appended or removed meanwhile", async () => {
        await openWith();
        await fill(backend, "mesh/1/T", 5);
        await fill(backend, "mesh/2/T", 3, 6);
        const upTo = backend.head();
        await fill(backend, "mesh/3/T", 1, 9);
        const told: unknown[] = [];
        const replay = async (filter: string, after: number, end = upTo) => {
          const options = {
            after: `${backend.epoch}-${after}`,
            upTo: end,
            signal: new AbortController().signal,
            onGap: ({ from, to }: Gap) => told.push(`${from}..${to}`),
          };
          for await (const { value } of backend.read([filter], options)) {
            if (told.push(value) === 1) await backend.trim("mesh/2/T");
            if (told.length === 1) await fill(backend, "mesh/1/T", 1, 10);
          }
          return told.splice(0);
        };
        should(await replay("mesh/#", 1)).deepEqual([2, 3, 4, 5, 6, `${backend.epoch}-6..${backend.epoch}-8`]);
        should(await replay("mesh/2/T", 8)).deepEqual([]);
        should(await replay("mesh/2/T", 6)).deepEqual([`${backend.epoch}-6..${backend.epoch}-8`]);
        should(await replay("mesh/+/T", 8, `${backend.epoch}-9`)).deepEqual([9]);
        should(await replay("mesh/4/T", 0)).deepEqual([]);
      });

      it("lets a replay with an end leave nothing behind", async () => {
        await openWith({ maxCount: 10 });
        await fill(backend, "mesh/1/T", 15);
        const told: string[] = [];
        const options = {
          after: "other-7",
          upTo: backend.head(),
          signal: new AbortController().signal,
          onGap: ({ from, to }: Gap) => told.push(`${from}..${to}`),
        };
        const values: unknown[] = [];
        for await (const { value } of backend.read(["#"], options)) values.push(value);
        should(told).deepEqual([`other-7..${backend.epoch}-5`]);
        should(values).deepEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
      });

      it("never selects $ topics by a wildcard in the first level, and follows an outbox by name", async () => {
        await openWith();
        const all = collect(backend, ["#"], 1);
        const outbox = collect(backend, ["$out/mesh/1"], 2, `${backend.epoch}-0`);
        await fill(backend, "$out/mesh/1", 2);
        await fill(backend, "mesh/1/T", 1, 9);
        should((await all).values).deepEqual([9]);
        should((await outbox).values).deepEqual([1, 2]);
        should(() => collectOptions(["$out/mesh/1", "mesh/#"])).throw({ name: "BackendError", code: "invalid" });
        should(() => collectOptions(["mesh/a+"])).throw({ name: "BackendError", code: "invalid" });
      });

      function collectOptions(filters: string[]) {
        return backend.read(filters, { signal: new AbortController().signal, onGap() {} });
      }

      it("ends when its signal aborts, before, while and after it waits", async () => {
        await openWith();
        const stop = new AbortController();
        const reading = backend.read(["#"], { signal: stop.signal, onGap() {} })[Symbol.asyncIterator]();
        const next = reading.next();
        stop.abort();
        should((await next).done).be.true();
        const late = backend.read(["#"], { signal: stop.signal, onGap() {} })[Symbol.asyncIterator]();
        should((await late.next()).done).be.true();
      });
    });

    describe("queues", () => {
      it("gives each job to one taker, oldest first, until it is acknowledged", async () => {
        await openWith();
        await fill(backend, "$queue/jobs", 3);
        should(await backend.size("jobs")).equal(3);
        should((await backend.peek("jobs"))!.value).equal(1);
        const first = (await backend.take("jobs"))!;
        const second = (await backend.take("jobs"))!;
        should([first.entry.value, second.entry.value]).deepEqual([1, 2]);
        should(first.entry.topic).equal("$queue/jobs");
        await first.ack();
        await first.ack();
        should(await backend.size("jobs")).equal(2);
        should((await backend.peek("jobs"))!.value).equal(3);
        should(await backend.take("others")).be.null();
        should(await backend.peek("others")).be.null();
        should(backend.counts()).match({ entries: 2, trimmed: { ack: 1 } });
        checkBalance(backend);
      });

      it("puts a job that was given back at the head", async () => {
        await openWith();
        await fill(backend, "$queue/jobs", 2);
        await (await backend.take("jobs"))!.nak();
        should((await backend.take("jobs"))!.entry.value).equal(1);
      });

      it("gives a job again when its lease has ended, and takes a late ack for done", async () => {
        await openWith();
        await fill(backend, "$queue/jobs", 1);
        const first = (await backend.take("jobs", { leaseMs: 20 }))!;
        should(await backend.take("jobs")).be.null();
        const again = await takeSoon(backend, "jobs");
        should(again.entry).deepEqual(first.entry);
        await first.nak();
        should(await backend.take("jobs")).be.null();
        await first.ack();
        should(await backend.size("jobs")).equal(0);
        await again.ack();
        should(backend.counts().trimmed.ack).equal(1);
        checkBalance(backend);
      });

      it("clears waiting and leased jobs", async () => {
        await openWith();
        await fill(backend, "$queue/jobs", 3);
        const job = (await backend.take("jobs"))!;
        await backend.clear("jobs");
        should(await backend.size("jobs")).equal(0);
        await job.ack();
        await job.nak();
        should(await backend.take("jobs")).be.null();
        should(backend.counts()).match({ entries: 0, trimmed: { clear: 3, ack: 0 } });
        checkBalance(backend);
      });

      it("refuses a job beyond the bound", async () => {
        await openWith({ maxCount: 2 });
        const appends = [1, 2, 3].map((value) => backend.append("$queue/jobs", { time: 1, value }));
        const results = await Promise.allSettled(appends);
        should(results.map(({ status }) => status)).deepEqual(["fulfilled", "fulfilled", "rejected"]);
        should(backend.counts().dropped.full).equal(1);
        checkBalance(backend);
      });
    });

    describe("keys", () => {
      it("puts, gets, lists and deletes values", async () => {
        await openWith();
        should(await backend.get("token.a")).be.null();
        should(await backend.put("token.a", { digest: "x" })).be.true();
        should(await backend.put("token.b", 2)).be.true();
        should(await backend.put("other", 3)).be.true();
        should(await backend.get("token.a")).deepEqual({ digest: "x" });
        should(await backend.keys("token.")).deepEqual([
          { key: "token.a", value: { digest: "x" } },
          { key: "token.b", value: 2 },
        ]);
        await backend.put("token.a", null);
        should(await backend.get("token.a")).be.null();
        should(await backend.keys("token.")).have.length(1);
      });

      it("lets one of several writers win with ifAbsent", async () => {
        await openWith();
        const wins = await Promise.all(
          ["a", "b", "c"].map((value) => backend.put("lock.x", value, { ifAbsent: true })),
        );
        should(wins).deepEqual([true, false, false]);
        should(await backend.get("lock.x")).equal("a");
      });

      it("ends a key after its time and tells its watchers", async () => {
        await openWith();
        const events: KeyEvent[] = [];
        const watching = backend.watch("lease.", { signal: new AbortController().signal });
        void backend.put("lease.a", 1, { ttlMs: 30 });
        for await (const event of watching) if (events.push(event) === 2) break;
        should(events).deepEqual([
          { key: "lease.a", value: 1 },
          { key: "lease.a", value: null },
        ]);
        should(await backend.get("lease.a")).be.null();
        should(await backend.put("lease.a", 2, { ifAbsent: true })).be.true();
      });

      it("shows a watcher the present values first, then every change", async () => {
        await openWith();
        await backend.put("presence.a", 1);
        await backend.put("lock.a", 1);
        const events: KeyEvent[] = [];
        const watching = (async () => {
          for await (const event of backend.watch("presence.", { signal: new AbortController().signal })) {
            if (events.push(event) === 4) break;
          }
        })();
        await backend.put("presence.b", 2);
        await backend.put("lock.b", 2);
        await backend.put("presence.b", 3);
        await backend.put("presence.a", null);
        await watching;
        should(events.map(({ key, value }) => `${key}=${value}`)).deepEqual([
          "presence.a=1",
          "presence.b=2",
          "presence.b=3",
          "presence.a=null",
        ]);
      });

      it("gives a slow watcher at least each key's newest value", async () => {
        await openWith();
        const watching = backend.watch("k.", { signal: new AbortController().signal })[Symbol.asyncIterator]();
        const puts = Array.from({ length: 3000 }, (_, value) => backend.put(`k.${value % 3}`, value));
        await Promise.all(puts);
        const seen = new Map<string, unknown>();
        let events = 0;
        while (seen.get("k.2") !== 2999) {
          const { value } = await watching.next();
          seen.set(value.key, value.value);
          events++;
        }
        await watching.return!();
        should([...seen.entries()].sort()).deepEqual([
          ["k.0", 2997],
          ["k.1", 2998],
          ["k.2", 2999],
        ]);
        should(events).be.belowOrEqual(1100);
      });

      it("refuses a value that JSON cannot hold", async () => {
        await openWith();
        await rejectsWith(backend.put("k", 1n), "invalid");
      });
    });

    describe("close", () => {
      it("ends readers and watchers, is idempotent, and refuses what comes later", async () => {
        await openWith();
        const reading = collect(backend, ["#"], 1);
        const watching = backend.watch("", { signal: new AbortController().signal })[Symbol.asyncIterator]();
        const watched = watching.next();
        await Promise.all([backend.close(), backend.close()]);
        await backend.close();
        should((await reading).entries).be.empty();
        should((await watched).done).be.true();
        await rejectsWith(backend.append("mesh/1/T", { time: 1, value: 1 }), "closed");
        await rejectsWith(backend.take("jobs"), "closed");
        await rejectsWith(backend.put("k", 1), "closed");
      });
    });
  });
}
