import fc from "fast-check";
import should from "should";
import { Backlog } from "../../../lib/handshake/backlog.ts";

function drain(backlog: Backlog): string[] {
  const taken: string[] = [];
  for (let bytes = backlog.take(); bytes; bytes = backlog.take()) taken.push(bytes.toString());
  return taken;
}

function fill(backlog: Backlog, ...items: [name: string, text: string][]): Backlog {
  for (const [name, text] of items) backlog.put(name, Buffer.from(text));
  return backlog;
}

describe("what waits for a slow client", () => {
  it("keeps its order in class log, and the oldest gives way", () => {
    const backlog = fill(new Backlog("log", 3), ["a", "a1"], ["b", "b1"], ["a", "a2"], ["a", "a3"]);
    should(drain(backlog)).deepEqual(["b1", "a2", "a3"]);
    should(backlog.counts).deepEqual({ coalesced: 0, full: 1 });
  });

  it("is the newest of each element in class latest, at the place of the first", () => {
    const backlog = fill(new Backlog("latest", 3), ["a", "a1"], ["b", "b1"], ["a", "a2"], ["a", "a3"]);
    should(drain(backlog)).deepEqual(["a3", "b1"]);
    should(backlog.counts).deepEqual({ coalesced: 2, full: 0 });
  });

  it("is bounded in class latest, too", () => {
    const backlog = fill(new Backlog("latest", 2), ["a", "a1"], ["b", "b1"], ["c", "c1"]);
    should(drain(backlog)).deepEqual(["b1", "c1"]);
    should(backlog.counts).deepEqual({ coalesced: 0, full: 1 });
  });

  it("is put in = taken + dropped + held, whatever comes", () => {
    const steps = fc.array(fc.oneof(fc.constantFrom("a", "b", "c", "d"), fc.constant(null)), {
      size: "max",
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, fc.constantFrom("log", "latest"), fc.integer({ min: 1, max: 5 }), (names, delivery, most) => {
        const backlog = new Backlog(delivery, most);
        let put = 0;
        let taken = 0;
        for (const name of names) {
          if (name === null) taken += backlog.take() ? 1 : 0;
          else {
            backlog.put(name, Buffer.from(name));
            put++;
          }
          should(backlog.size).be.belowOrEqual(most);
        }
        should(put).equal(taken + backlog.counts.coalesced + backlog.counts.full + backlog.size);
      }),
    );
  });
});
