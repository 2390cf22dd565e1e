/** Queues on a backend: bounds, order, what is told of what is dropped, and what a restart leaves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import type { PutRule } from "../../backends/arrival.ts";
import type { Backend, Retention } from "../../backends/backend.ts";
import { openFile } from "../../backends/file.ts";
import { openMemory } from "../../backends/memory.ts";
import { eachQueues, type Queues, sharedQueues } from "../../backends/relay-queues.ts";
import { queuedMessage } from "../../lib/queue/queued-message.ts";
import { ROOMY } from "./conformance.ts";

/** A rule that keeps what it is told. */
class Told implements PutRule {
  readonly capacity: number;
  readonly maxBytes: number;
  readonly overflow: PutRule["overflow"];
  readonly isLatest: boolean;
  readonly drops: Record<string, number> = {};
  readonly faults: string[] = [];
  reads = 0;

  constructor(options: Partial<Pick<PutRule, "capacity" | "maxBytes" | "overflow" | "isLatest">> = {}) {
    this.capacity = options.capacity ?? 1000;
    this.maxBytes = options.maxBytes ?? 1_000_000;
    this.overflow = options.overflow ?? "drop-oldest";
    this.isLatest = options.isLatest ?? false;
  }

  dropped(_queue: string, reason: string, count: number): void {
    this.drops[reason] = (this.drops[reason] ?? 0) + count;
  }

  retired(count: number): void {
    this.reads += count;
  }

  fault(error: Error): void {
    this.faults.push(error.message);
  }
}

/** The time of every message and question, but where a test says another. */
const NOW = Date.now();

let folder = "";
const KINDS: Record<string, (retention: Retention) => Promise<Backend>> = {
  memory: async (retention) => openMemory(retention),
  file: (retention) => openFile({ directory: join(folder, "data"), retention }),
};

for (const [kind, open] of Object.entries(KINDS)) {
  describe(`queues on the ${kind} backend`, () => {
    let backend: Backend;
    let queues: Queues;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "gatehouse-queues-"));
      await reopen();
    });

    afterEach(async () => {
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function reopen(retention: Partial<Retention> = {}): Promise<void> {
      await backend?.close();
      backend = await open({ ...ROOMY, ...retention });
      queues = sharedQueues(backend);
    }

    function put(rule: PutRule, ...payloads: unknown[]): Promise<PromiseSettledResult<void>[]> {
      return Promise.allSettled(payloads.map((payload) => putMessage(rule, { payload })));
    }

    function putMessage(rule: PutRule, message: Record<string, unknown>): Promise<void> {
      return queues.put("benbot", queuedMessage(message, NOW, null), rule);
    }

    async function next(rule: PutRule, now = NOW, reader = "x"): Promise<unknown> {
      const taken = await queues.next("benbot", { reader, now }, rule);
      await taken?.ack();
      return taken?.message.payload ?? null;
    }

    async function drain(rule: PutRule, reader?: string): Promise<unknown[]> {
      const payloads: unknown[] = [];
      for (let payload = await next(rule, NOW, reader); payload !== null; payload = await next(rule, NOW, reader)) {
        payloads.push(payload);
      }
      return payloads;
    }

    it("hand out what was put, in order, each message once, by name", async () => {
      const rule = new Told();
      await put(rule, 1, "two", { three: 3 }, Buffer.from([4]));
      await queues.put("jason", queuedMessage({ payload: "other" }, NOW, null), rule);
      should(await queues.size("benbot")).equal(4);
      should(await drain(rule)).deepEqual([1, "two", { three: 3 }, Buffer.from([4])]);
      should(await queues.size("benbot")).equal(0);
      should(await queues.size("jason")).equal(1);
      should(await next(rule)).be.null();
    });

    it("hand each message to one of many who ask at once", async () => {
      const rule = new Told();
      const sent = Array.from({ length: 50 }, (_, index) => index);
      await put(rule, ...sent);
      const got = await Promise.all(sent.map(() => next(rule)));
      should(got).deepEqual(sent);
    });

    for (const [overflow, kept, reason] of [
      ["drop-oldest", [3, 4, 5, 6, 7, 8], "drop-oldest"],
      ["drop-newest", [1, 2, 3, 4, 5, 6], "drop-newest"],
      ["reject", [1, 2, 3, 4, 5, 6], "full"],
    ] as const) {
      it(`of eight messages keep ${kept.join(" ")} in six places where the rule is ${overflow}`, async () => {
        for (const bursts of [
          [[1, 2, 3, 4, 5, 6, 7, 8]],
          [
            [1, 2, 3, 4, 5],
            [6, 7, 8],
          ],
          [1, 2, 3, 4, 5, 6, 7, 8],
        ]) {
          const rule = new Told({ capacity: 6, overflow });
          const results: PromiseSettledResult<void>[] = [];
          for (const burst of bursts) results.push(...(await put(rule, ...[burst].flat())));
          const rejected = results.filter(({ status }) => status === "rejected");
          should(rejected).have.length(overflow === "reject" ? 2 : 0);
          should(rule.drops).deepEqual({ [reason]: 2 });
          should(await drain(rule)).deepEqual(kept);
        }
      });
    }

    for (const [overflow, kept] of [
      ["drop-oldest", ["cccc", "dddddd"]],
      ["drop-newest", ["a", "bbb", "cccc"]],
    ] as const) {
      it(`hold no more bytes than they may, and ${kept.join(" ")} where the rule is ${overflow}`, async () => {
        for (const bursts of [["a", "bbb", "cccc", "dddddd"], [["a", "bbb", "cccc", "dddddd"]]]) {
          const rule = new Told({ maxBytes: 10, overflow });
          for (const burst of bursts) await put(rule, ...[burst].flat());
          should(rule.drops[overflow]).equal(4 - kept.length);
          should(await backend.bytes("benbot")).be.belowOrEqual(10);
          should(await drain(rule)).deepEqual(kept);
          should(await backend.bytes("benbot")).equal(0);
        }
      });
    }

    it("take no message that is larger than they may be, and keep the others", async () => {
      const rule = new Told({ maxBytes: 10 });
      await put(rule, "x".repeat(11));
      await put(rule, "abc", "x".repeat(11), "def");
      should(rule.drops).deepEqual({ "drop-oldest": 2 });
      should(await drain(rule)).deepEqual(["abc", "def"]);
    });

    it("hold no more than the store itself allows, by the same rule", async () => {
      await reopen({ maxCount: 4 });
      const rule = new Told({ capacity: 1000 });
      await put(rule, 1, 2, 3, 4, 5, 6);
      await put(rule, 7, 8);
      should(rule.drops).deepEqual({ "drop-oldest": 4 });
      should(await drain(rule)).deepEqual([5, 6, 7, 8]);
    });

    it("refuse a message where the store takes no more queues", async () => {
      await reopen({ maxSeries: 1 });
      const rule = new Told();
      await queues.put("other", queuedMessage({ payload: 1 }, NOW, null), rule);
      const [result] = await put(rule, 1);
      should(result).match({ status: "rejected", reason: { code: "full" } });
      should(rule.drops).deepEqual({ full: 1 });
    });

    it("never hand out a message after its deadline", async () => {
      const rule = new Told();
      for (const [payload, deadline] of [
        ["a", NOW + 500],
        ["b", NOW + 400],
        ["c", undefined],
        ["d", NOW + 600],
      ] as const) {
        await putMessage(rule, { payload, deadline });
      }
      should(await next(rule, NOW + 500)).equal("a");
      should((await queues.peek("benbot", { reader: "x", now: NOW + 500 }, rule))?.payload).equal("c");
      should(await next(rule, NOW + 601)).equal("c");
      should(await next(rule, NOW + 601)).be.null();
      should(rule.drops).deepEqual({ expired: 2 });
    });

    it("keep only the newest of each key where that is chosen, and leave the rest in its order", async () => {
      const rule = new Told({ isLatest: true });
      const messages = ["a1", "b1", "c1", "a2", "b2", "a3"].map((payload) => ({ payload, topic: `x/y/${payload[0]}` }));
      await Promise.all(messages.slice(0, 4).map((message) => putMessage(rule, message)));
      for (const message of messages.slice(4)) await putMessage(rule, message);
      should(await queues.size("benbot")).equal(3);
      should(rule.drops).deepEqual({ superseded: 3 });
      should(await drain(rule)).deepEqual(["c1", "b2", "a3"]);
    });

    it("can be looked at and cleared", async () => {
      const rule = new Told();
      await put(rule, 1, 2, 3);
      should((await queues.peek("benbot", { reader: "x", now: NOW }, rule))?.payload).equal(1);
      should(await queues.size("benbot")).equal(3);
      should(await queues.clear("benbot", rule)).equal(3);
      should(rule.drops).deepEqual({ cleared: 3 });
      should(await next(rule)).be.null();
    });

    it("give a message back that was taken and not handed on", async () => {
      const rule = new Told();
      await put(rule, 1, 2);
      await queues.next("benbot", { reader: "x", now: NOW }, rule);
      if (kind === "memory") return;
      await reopen();
      should(await drain(rule)).deepEqual([1, 2]);
    });

    it("account for every message: in = out + dropped + held", async () => {
      const rule = new Told({ capacity: 20 });
      let [sent, got] = [0, 0];
      for (let round = 0; round < 40; round++) {
        const burst = Array.from({ length: (round * 7) % 31 }, () => sent++);
        const putting = put(rule, ...burst);
        for (let asked = 0; asked < (round * 5) % 13; asked++) if ((await next(rule)) !== null) got++;
        await putting;
      }
      const dropped = Object.values(rule.drops).reduce((a, b) => a + b, 0);
      should(dropped).be.above(0);
      should(got + dropped + (await queues.size("benbot"))).equal(sent);
      should(rule.faults).be.empty();
    });

    it("remember no name that was only asked for", async () => {
      const rule = new Told();
      for (let index = 0; index < 100; index++) {
        should(await queues.next(`nobody-${index}`, { reader: "x", now: NOW }, rule)).be.null();
      }
      should(backend.counts().series).equal(0);
    });

    describe("of which every reader gets all", () => {
      beforeEach(() => {
        queues = eachQueues(backend, "held");
      });

      it("hand each message to each reader, in order", async () => {
        const rule = new Told();
        await put(rule, 1, 2, 3);
        should([await drain(rule, "x"), await drain(rule, "y"), await drain(rule, "x")]).deepEqual([
          [1, 2, 3],
          [1, 2, 3],
          [],
        ]);
        await put(rule, 4);
        should(await queues.size("benbot", "y")).equal(1);
        should((await queues.peek("benbot", { reader: "y", now: NOW }, rule))?.payload).equal(4);
        should(await drain(rule, "y")).deepEqual([4]);
      });

      it("make room of what all have read, then drop the oldest, and tell what somebody missed", async () => {
        const rule = new Told({ capacity: 4 });
        await put(rule, 1, 2);
        await drain(rule, "x");
        await put(rule, 3, 4, 5, 6, 7);
        should(rule.reads).equal(2);
        should(rule.drops).deepEqual({ "drop-oldest": 1 });
        should(await queues.size("benbot")).equal(4);
        should(await drain(rule, "x")).deepEqual([4, 5, 6, 7]);
        queues.forget("x");
        should(await queues.clear("benbot", rule)).equal(4);
        should(rule.reads).equal(6);
      });

      it("hold no more bytes than they may", async () => {
        const rule = new Told({ maxBytes: 10 });
        await put(rule, "a", "bbb", "cccc", "dddddd");
        should(await drain(rule, "x")).deepEqual(["cccc", "dddddd"]);
      });

      it("pass over what has expired", async () => {
        const rule = new Told();
        await putMessage(rule, { payload: "a", deadline: NOW - 1 });
        await putMessage(rule, { payload: "b" });
        should(await next(rule)).equal("b");
        should(await queues.clear("benbot", rule)).equal(2);
        should(rule.drops).deepEqual({ expired: 1 });
      });

      it("are there again after a restart", async () => {
        if (kind === "memory") return;
        const rule = new Told({ capacity: 3 });
        await put(rule, 1, 2, 3, 4);
        await reopen();
        queues = eachQueues(backend, "held");
        should(await drain(rule, "x")).deepEqual([2, 3, 4]);
        await put(rule, 5);
        should(await drain(rule, "x")).deepEqual([5]);
      });

      it("remember no name that was only asked for", async () => {
        should(await queues.next("nobody", { reader: "x", now: NOW }, new Told())).be.null();
        should(backend.counts().series).equal(0);
      });
    });
  });
}
