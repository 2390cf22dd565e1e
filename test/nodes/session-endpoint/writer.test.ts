/** What is written at once, what together at the end of a turn, and what waits, on a wire that is told when it takes no more. */
import { setImmediate as nextTurn } from "node:timers/promises";
import should from "should";
import type { OverflowPolicy } from "../../../lib/sessions/send-queue.ts";
import { Tally } from "../../../nodes/session-endpoint/tally.ts";
import type { Wire } from "../../../nodes/session-endpoint/wire.ts";
import { Writer } from "../../../nodes/session-endpoint/writer.ts";

const NOTHING = () => undefined;

describe("writer", () => {
  let tally: Tally;
  let writes: string[];
  let ends: string[];
  let isBlocked: boolean;
  let takes: (() => void)[];

  beforeEach(async () => {
    tally = new Tally();
    [writes, ends, takes] = [[], [], []];
    isBlocked = false;
    await nextTurn();
  });

  function writer(joins = true, overflow: OverflowPolicy = "close", queueBytes = 100): Writer {
    const wire: Wire = {
      connection: "",
      isFlushed: () => !isBlocked,
      write(items, taken) {
        writes.push(items.map(({ data }) => data).join(""));
        takes.push(taken);
      },
      pause: NOTHING,
      resume: NOTHING,
      watch: NOTHING,
      ping: NOTHING,
      end: (reason) => ends.push(reason),
      destroy: NOTHING,
    };
    return new Writer(wire, tally, { queueBytes, overflow, joins });
  }

  function offer(to: Writer, text: string, deadline?: number): boolean {
    return to.offer({ data: text, bytes: text.length, topic: "topic", deadline });
  }

  /** The system has taken all that was written. */
  function unblock(): void {
    isBlocked = false;
    for (const taken of takes.splice(0)) taken();
  }

  it("writes the first of a turn at once, and the others together at its end", async () => {
    const one = writer();
    for (const text of ["a", "b", "c"]) offer(one, text);
    should([writes, one.held]).deepEqual([["a"], 2]);
    await nextTurn();
    should([writes, one.held]).deepEqual([["a", "bc"], 0]);
    should([tally.offered, tally.written, tally.bytesOut]).deepEqual([3, 3, 3]);
  });

  it("writes each by itself where nothing else parts them", () => {
    const one = writer(false);
    for (const text of ["a", "b", "c"]) offer(one, text);
    should(writes).deepEqual(["a", "b", "c"]);
  });

  it("lets no more than the bound wait for the end of a turn", () => {
    const one = writer();
    for (let count = 0; count < 50; count++) offer(one, "0123456789");
    should(writes.slice(0, 3)).deepEqual(["0123456789", "0123456789".repeat(10), "0123456789".repeat(10)]);
    should(one.held * 10).be.below(100);
  });

  it("counts what waits for the end of a turn to what may wait, once the wire takes no more", () => {
    const one = writer();
    offer(one, "a");
    offer(one, "b".repeat(60));
    isBlocked = true;
    should(offer(one, "c".repeat(40))).be.true();
    should(offer(one, "d")).be.false();
    should([tally.dropped.slow, one.held]).deepEqual([1, 2]);
  });

  it("lets what waited for the end of a turn give way first", () => {
    const one = writer(true, "oldest");
    offer(one, "a");
    offer(one, "b".repeat(60));
    isBlocked = true;
    offer(one, "c".repeat(60));
    unblock();
    should([writes, tally.dropped.overflow]).deepEqual([["a", "c".repeat(60)], 1]);
  });

  it("does not coalesce what only waits for the end of a turn", async () => {
    const one = writer(true, "coalesce");
    for (const text of ["a", "b", "c"]) offer(one, text);
    await nextTurn();
    should([writes, tally.dropped.coalesced]).deepEqual([["a", "bc"], 0]);
  });

  it("writes what waited in order, before what comes later", async () => {
    const one = writer();
    offer(one, "a");
    offer(one, "b");
    isBlocked = true;
    for (const text of ["c", "d"]) offer(one, text);
    await nextTurn();
    should(writes).deepEqual(["a"]);
    unblock();
    offer(one, "e");
    await nextTurn();
    should(writes.join("")).equal("abcde");
  });

  it("leaves out what has waited beyond its deadline", async () => {
    const one = writer();
    offer(one, "a");
    offer(one, "b", Date.now() - 1);
    offer(one, "c", Date.now() + 60_000);
    await nextTurn();
    should([writes, tally.dropped.expired, tally.written]).deepEqual([["a", "c"], 1, 2]);
  });

  it("says goodbye behind what waits for the end of the turn", () => {
    const one = writer();
    for (const text of ["a", "b"]) offer(one, text);
    one.end("flow");
    should([writes, ends]).deepEqual([["a", "b"], ["flow"]]);
  });

  it("counts what waits when the connection is gone, and writes nothing any more", async () => {
    const one = writer();
    for (const text of ["a", "b", "c"]) offer(one, text);
    one.drop();
    await nextTurn();
    should([writes, tally.dropped.closed, one.held]).deepEqual([["a"], 2, 0]);
  });
});
