/** The ring's bounds and its search. */
import fc from "fast-check";
import "should";
import { Ring } from "../../../lib/sse/ring.ts";

function fill(ring: Ring, sequences: readonly number[]): void {
  for (const sequence of sequences) ring.push("t", Buffer.from(`${sequence};`), sequence);
}

describe("ring", () => {
  it("holds no more events than its bound", () => {
    const ring = new Ring({ maxEvents: 3, maxBytes: 1000 });
    fill(ring, [1, 2, 3, 4, 5]);
    [ring.first, ring.next, ring.floor, ring.last].should.deepEqual([2, 5, 2, 5]);
    ring.at(2).sequence.should.equal(3);
  });

  it("holds no more bytes than its bound", () => {
    const ring = new Ring({ maxEvents: 100, maxBytes: 6 });
    fill(ring, [1, 2, 3, 4]);
    [ring.first, ring.next, ring.bytes, ring.floor].should.deepEqual([1, 4, 6, 1]);
  });

  it("takes the bytes of a blanked event off", () => {
    const ring = new Ring({ maxEvents: 4, maxBytes: 100 });
    fill(ring, [1, 2]);
    ring.blank(0);
    ring.blank(-1);
    ring.bytes.should.equal(2);
    ring.at(0).chunk.length.should.equal(0);
  });

  it("forgets what another store's stream left", () => {
    const ring = new Ring({ maxEvents: 4, maxBytes: 100 });
    fill(ring, [1, 2]);
    ring.restart(70);
    [ring.first, ring.next, ring.bytes, ring.floor, ring.last].should.deepEqual([2, 2, 0, 70, 70]);
  });

  it("knows which sequences it holds that came in order", () => {
    const ring = new Ring({ maxEvents: 5, maxBytes: 1000 });
    fill(ring, [2, 4, 0, 7, 5, 0, 9]);
    const held = Array.from({ length: 12 }, (_, sequence) => sequence).filter((one) => one > 0 && ring.holds(one));
    held.should.deepEqual([7, 9]);
  });

  it("vouches for nothing before the first event after a restart", () => {
    const ring = new Ring({ maxEvents: 5, maxBytes: 1000 });
    ring.restart(5);
    fill(ring, [0, 4]);
    ring.floor.should.equal(5);
    fill(ring, [9, 12]);
    ring.floor.should.equal(8);
  });

  it("finds the first event after a sequence, live and late ones between", () => {
    const sequences = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(sequences, fc.integer({ min: 0, max: 45 }), (pushed, after) => {
        const ring = new Ring({ maxEvents: 32, maxBytes: 10_000 });
        fill(ring, pushed);
        let expected = ring.first;
        while (expected < ring.next && ring.at(expected).through <= after) expected++;
        ring.indexAfter(after).should.equal(expected);
      }),
    );
  });

  it("keeps every event above its floor, and its bounds, whatever is pushed", () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { maxLength: 80, size: "max" });
    fc.assert(
      fc.property(events, (pushed) => {
        const ring = new Ring({ maxEvents: 16, maxBytes: 60 });
        for (const [index, [bytes, live]] of pushed.entries()) {
          ring.push("t", Buffer.alloc(bytes), live ? 0 : index + 1);
        }
        const held = Array.from({ length: ring.next - ring.first }, (_, n) => ring.at(ring.first + n).sequence);
        const above = pushed.flatMap(([, live], index) => (!live && index + 1 > ring.floor ? [index + 1] : []));
        held.filter((sequence) => sequence > ring.floor).should.deepEqual(above);
        held.length.should.be.belowOrEqual(16);
        ring.bytes.should.be.belowOrEqual(60);
      }),
    );
  });
});
