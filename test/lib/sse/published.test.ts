/** Ids, sizes and ticks of published events. */
import should from "should";
import { Published } from "../../../lib/sse/published.ts";

function publish(published: Published, cursor: string | undefined, value: unknown = 1): string {
  const event = published.format({ topic: "a/1/t", value, time: 0, cursor })!;
  published.push("a/1/t", event.chunk, event.sequence, "log");
  return event.chunk.toString();
}

describe("published", () => {
  const bounds = { maxEvents: 8, maxBytes: 4096 };

  it("gives no id before a store is known, nor to what is no cursor of it", () => {
    const published = new Published(bounds);
    publish(published, "e-1").should.not.match(/^id:/);
    published.restart("e", 1);
    for (const cursor of ["f-2", "e-", "e-x", "e-99999999999999999", "ee-2", undefined]) {
      publish(published, cursor).should.not.match(/^id:/);
    }
    publish(published, "e-2").should.match(/^id: e-2\n/);
  });

  it("gives no id to what was stored before the hub began, and was told after", () => {
    const published = new Published(bounds);
    published.restart("e", 5);
    publish(published, "e-5").should.not.match(/^id:/);
    publish(published, "e-6").should.match(/^id: e-6\n/);
  });

  it("tells nothing twice, in whatever order two paths tell lists", () => {
    const published = new Published({ maxEvents: 64, maxBytes: 65_536 });
    published.restart("e", 3);
    const told: number[] = [];
    const tell = (sequences: readonly number[]) => {
      for (const sequence of sequences) {
        const event = published.format({ topic: "a/1/t", value: 1, time: 0, cursor: `e-${sequence}` });
        if (!event) continue;
        told.push(sequence);
        published.push("a/1/t", event.chunk, event.sequence, sequence % 2 ? "log" : "latest");
      }
    };
    for (const list of [[4, 5, 6], [4, 5, 6], [9], [7, 8, 9], [7, 8, 9], [2, 3, 4], [2, 3, 10], [10, 2]]) tell(list);
    told.should.deepEqual([4, 5, 6, 9, 7, 8, 2, 3, 10]);
    should({ events: published.events, repeated: published.repeated }).deepEqual({ events: 9, repeated: 12 });
  });

  it("remembers late ones in a bound, and forgets them with their store", () => {
    const published = new Published(bounds);
    published.restart("e", 100);
    const isTold = (sequence: number) => {
      const event = published.format({ topic: "a/1/t", value: 1, time: 0, cursor: `e-${sequence}` });
      if (event) published.push("a/1/t", event.chunk, event.sequence, "log");
      return event !== null;
    };
    for (let sequence = 1; sequence <= 9; sequence++) isTold(sequence).should.be.true();
    isTold(9).should.be.false();
    isTold(1).should.be.true();
    published.restart("e", 100);
    isTold(9).should.be.true();
  });

  it("takes each tick once, with its lowest sequence", () => {
    const published = new Published(bounds);
    published.restart("e", 0);
    should(published.takeTick()).be.null();
    for (const cursor of ["e-3", undefined, "e-2"]) publish(published, cursor);
    published.takeTick()!.should.deepEqual({ from: 0, to: 3, least: 2 });
    should(published.takeTick()).be.null();
    publish(published, undefined);
    published.takeTick()!.should.deepEqual({ from: 3, to: 4, least: Number.POSITIVE_INFINITY });
  });

  it("is crowded when a tick fills half of the ring", () => {
    const published = new Published(bounds);
    published.isCrowded(4000).should.be.false();
    for (let n = 0; n < 4; n++) {
      published.isCrowded(1).should.be.false();
      publish(published, undefined);
    }
    published.isCrowded(1).should.be.true();
    published.takeTick();
    published.isCrowded(4000).should.be.false();
  });
});
