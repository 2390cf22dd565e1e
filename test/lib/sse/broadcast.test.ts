/** Serving many clients from one ring: order, completeness, bounds. */
import fc from "fast-check";
import should from "should";
import { Broadcast, type BroadcastOptions } from "../../../lib/sse/broadcast.ts";
import type { Client } from "../../../lib/sse/client.ts";

const OPTIONS: BroadcastOptions = { maxEvents: 64, maxBytes: 64 * 1024, maxLagBytes: 32 * 1024, keepAliveSlots: 2 };

/** A connection that takes as many writes as it is told. */
class Sink {
  text = "";
  takes = Number.POSITIVE_INFINITY;
  writes = 0;

  write(chunk: Uint8Array): boolean {
    this.text += Buffer.from(chunk).toString();
    this.writes++;
    this.takes--;
    return this.takes > 0;
  }

  /** The values told, in order. */
  values(): number[] {
    return [...this.text.matchAll(/"value":(\d+)/g)].map((match) => Number(match[1]));
  }

  ids(): string[] {
    return [...this.text.matchAll(/^id: (.*)$/gm)].map((match) => match[1]!);
  }
}

class Bench {
  readonly dropped: Client[] = [];
  readonly broadcast: Broadcast;

  constructor(options: Partial<BroadcastOptions> = {}) {
    this.broadcast = new Broadcast({ ...OPTIONS, ...options }, (client) => this.dropped.push(client));
    this.broadcast.follow("e", 0);
  }

  open(filter = "#", sequence?: number): { sink: Sink; client: Client } {
    const sink = new Sink();
    const client = this.broadcast.open(sink, [filter]);
    this.broadcast.join(client, sequence);
    return { sink, client };
  }

  tell(sequence: number, topic = "a/1/t"): void {
    this.broadcast.publish({ topic, value: sequence, time: 0, cursor: `e-${sequence}` });
  }

  tellAll(from: number, to: number): void {
    for (let sequence = from; sequence <= to; sequence++) this.tell(sequence);
    this.broadcast.flush();
  }
}

describe("broadcast", () => {
  it("writes a tick's events once to each client, by its filters", () => {
    const bench = new Bench();
    const all = bench.open();
    const some = bench.open("a/+/t");
    const none = bench.open("b/#");
    bench.tell(1);
    bench.tell(2, "a/1/u");
    bench.tell(3);
    bench.broadcast.flush();
    all.sink.values().should.deepEqual([1, 2, 3]);
    all.sink.ids().should.deepEqual(["e-1", "e-2", "e-3"]);
    some.sink.values().should.deepEqual([1, 3]);
    [all.sink.writes, some.sink.writes, none.sink.writes].should.deepEqual([1, 1, 0]);
  });

  it("gives all clients of a group the same joined chunk", () => {
    const bench = new Bench();
    const chunks: Uint8Array[] = [];
    for (let n = 0; n < 2; n++) {
      const client = bench.broadcast.open({ write: (chunk) => chunks.push(chunk) > 0 }, ["#"]);
      bench.broadcast.join(client);
    }
    bench.tellAll(1, 2);
    should(chunks[0]).equal(chunks[1]);
  });

  it("stops at a full connection and catches up in order when it drains", () => {
    const bench = new Bench();
    const { sink, client } = bench.open();
    sink.takes = 1;
    bench.tellAll(1, 2);
    bench.tellAll(3, 4);
    sink.values().should.deepEqual([1, 2]);
    sink.takes = 9;
    bench.broadcast.drained(client);
    bench.tellAll(5, 5);
    sink.values().should.deepEqual([1, 2, 3, 4, 5]);
  });

  it("drops a client that lags beyond its bound, and lets it resume by id", () => {
    const bench = new Bench({ maxLagBytes: 400 });
    const { sink, client } = bench.open();
    sink.takes = 1;
    for (let sequence = 1; sequence <= 8; sequence++) bench.tellAll(sequence, sequence);
    bench.dropped.should.deepEqual([client]);
    bench.broadcast.counts().dropped.slow.should.equal(1);
    bench.broadcast.clients.should.equal(0);
    bench.open("#", 1).sink.values().should.deepEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it("drops a client that fell out of the ring when it drains", () => {
    const bench = new Bench({ maxEvents: 4 });
    const { sink, client } = bench.open("b/#");
    sink.takes = 1;
    bench.tell(1, "b/1/t");
    bench.broadcast.flush();
    bench.tellAll(2, 9);
    bench.dropped.should.deepEqual([]);
    bench.broadcast.drained(client);
    bench.dropped.should.deepEqual([client]);
  });

  it("flushes a burst before it pushes its own beginning out of the ring", () => {
    const bench = new Bench({ maxEvents: 8 });
    const { sink } = bench.open();
    bench.tellAll(1, 50);
    sink.values().should.deepEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it("leaves out what a client has from a snapshot", () => {
    const bench = new Bench();
    bench.tellAll(1, 3);
    const { sink } = bench.open("#", 5);
    bench.tellAll(4, 7);
    sink.values().should.deepEqual([6, 7]);
  });

  it("tells only the newest of a topic in class latest, at its own place", () => {
    const bench = new Bench();
    const { sink } = bench.open();
    const tell = (value: number, topic: string) =>
      bench.broadcast.publish({ topic, value, time: 0, cursor: `e-${value}` }, "latest");
    tell(1, "a/1/t");
    tell(2, "a/1/u");
    tell(3, "a/1/t");
    bench.broadcast.flush();
    tell(4, "a/1/t");
    bench.broadcast.flush();
    sink.values().should.deepEqual([2, 3, 4]);
    bench.broadcast.counts().dropped.coalesced.should.equal(1);
  });

  it("tells an entry that two nodes publish once", () => {
    const bench = new Bench();
    const { sink } = bench.open();
    for (const sequence of [1, 1, 2, 2]) bench.tell(sequence);
    bench.broadcast.flush();
    sink.values().should.deepEqual([1, 2]);
    const { events, repeated, dropped } = bench.broadcast.counts();
    should({ events, repeated, dropped }).deepEqual({ events: 2, repeated: 2, dropped: { slow: 0, coalesced: 0 } });
  });

  it("gives a late entry no id, so that ids never fall", () => {
    const bench = new Bench();
    const { sink } = bench.open();
    for (const sequence of [1, 3, 2, 4]) bench.tell(sequence);
    bench.broadcast.flush();
    sink.values().should.deepEqual([1, 3, 2, 4]);
    sink.ids().should.deepEqual(["e-1", "e-3", "e-4"]);
  });

  it("gives messages of no store, or of another one, no id and does not replay them", () => {
    const bench = new Bench();
    const { sink } = bench.open();
    bench.broadcast.publish({ topic: "a/1/t", value: 1, time: 0 });
    bench.broadcast.publish({ topic: "a/1/t", value: 2, time: 0, cursor: "other-9" });
    bench.tellAll(3, 3);
    sink.values().should.deepEqual([1, 2, 3]);
    sink.ids().should.deepEqual(["e-3"]);
    bench.open("#", 0).sink.values().should.deepEqual([3]);
  });

  it("keeps alive in parts, with the cursor up to which a client has been served", () => {
    const bench = new Bench();
    const first = bench.open();
    const second = bench.open("#", 9);
    bench.tellAll(1, 4);
    first.sink.text = "";
    bench.broadcast.keepAlive();
    [first.sink.text, second.sink.text].should.deepEqual([":\nid: e-4\n\n", ""]);
    bench.broadcast.keepAlive();
    [first.sink.text, second.sink.text].should.deepEqual([":\nid: e-4\n\n", ":\nid: e-9\n\n"]);
  });

  it("keeps alive a client that is served from elsewhere, without an id, unless its connection is full", () => {
    const bench = new Bench({ keepAliveSlots: 1 });
    const sink = Object.assign(new Sink(), { writableNeedDrain: false });
    bench.broadcast.open(sink, ["#"]);
    bench.tellAll(1, 4);
    bench.broadcast.keepAlive();
    sink.text.should.equal(":\n\n");
    sink.writableNeedDrain = true;
    bench.broadcast.keepAlive();
    sink.text.should.equal(":\n\n");
  });

  it("starts anew with another store's stream", () => {
    const bench = new Bench();
    const { sink } = bench.open("#", 40);
    bench.broadcast.follow("f", 2);
    bench.broadcast.reaches(1).should.be.false();
    bench.broadcast.publish({ topic: "a/1/t", value: 3, time: 0, cursor: "f-3" });
    bench.broadcast.flush();
    sink.ids().should.deepEqual(["f-3"]);
  });

  it("refuses an event that is longer than a quarter of the ring", () => {
    const bench = new Bench({ maxBytes: 1024 });
    const publish = () => bench.broadcast.publish({ topic: "a/1/t", value: "x".repeat(300), time: 0 });
    should(publish).throw(RangeError, { message: /quarter of the ring/ });
  });

  it("closes a client once", () => {
    const bench = new Bench();
    const clients = [bench.open(), bench.open(), bench.open()];
    bench.broadcast.close(clients[0]!.client);
    bench.broadcast.close(clients[0]!.client);
    bench.broadcast.clients.should.equal(2);
    bench.tellAll(1, 1);
    clients.map(({ sink }) => sink.writes).should.deepEqual([0, 1, 1]);
  });

  it("gives each client all of its events in order, or drops it, however its connection stalls", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ tell: fc.constantFrom("a/1/t", "b/1/t", "b/2/u") }) },
      { weight: 3, arbitrary: fc.constant({ flush: true }) },
      { weight: 2, arbitrary: fc.record({ stall: fc.nat(2), takes: fc.integer({ min: 1, max: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ drain: fc.nat(2) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
        const bench = new Bench({ maxEvents: 8, maxLagBytes: 800 });
        const opened = ["#", "b/#", "b/+/u"].map((filter) => bench.open(filter));
        const told: string[] = [];
        for (const one of steps) {
          if ("tell" in one) bench.tell(told.push(one.tell), one.tell);
          else if ("flush" in one) bench.broadcast.flush();
          else if ("stall" in one) opened[one.stall]!.sink.takes = one.takes;
          else {
            opened[one.drain]!.sink.takes = Number.POSITIVE_INFINITY;
            bench.broadcast.drained(opened[one.drain]!.client);
          }
        }
        bench.broadcast.flush();
        const tests = [() => true, (topic: string) => topic.startsWith("b/"), (topic: string) => topic === "b/2/u"];
        opened.forEach(({ sink, client }, index) => {
          sink.takes = Number.POSITIVE_INFINITY;
          if (!bench.dropped.includes(client)) bench.broadcast.drained(client);
          const due = told.flatMap((topic, n) => (tests[index]!(topic) ? [n + 1] : []));
          const got = sink.values();
          if (bench.dropped.includes(client)) due.slice(0, got.length).should.deepEqual(got);
          else got.should.deepEqual(due);
        });
      }),
    );
  });
});
