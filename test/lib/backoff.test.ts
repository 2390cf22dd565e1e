import fc from "fast-check";
import should from "should";
import { Backoff } from "../../lib/backoff.ts";

/** Waits between attempts that all fail. */
function failingWaits(backoff: Backoff, count: number): number[] {
  let now = 0;
  return Array.from({ length: count }, () => {
    now = Math.max(now, backoff.nextDeadline()!);
    backoff.handleTimer(now).length.should.equal(1);
    backoff.closed(now);
    return backoff.nextDeadline()! - now;
  });
}

describe("backoff", () => {
  it("tries at once, then after 1 s, doubling up to 30 s, for ever", () => {
    const backoff = new Backoff(0);
    should(backoff.nextDeadline()).equal(0);
    failingWaits(backoff, 8).should.deepEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it("asks for one attempt at a time", () => {
    const backoff = new Backoff(0);
    backoff.handleTimer(0).should.deepEqual([{ type: "connect" }]);
    backoff.handleTimer(5).should.deepEqual([]);
    should(backoff.nextDeadline()).equal(null);
  });

  it("does nothing when it is woken early", () => {
    const backoff = new Backoff(0, { graceMs: 300 });
    backoff.handleTimer(299.9).should.deepEqual([]);
    backoff.handleTimer(300).should.deepEqual([{ type: "connect" }]);
  });

  it("starts anew after a connection that lasted", () => {
    const backoff = new Backoff(0);
    failingWaits(backoff, 5);
    backoff.opened(100_000);
    backoff.closed(101_000);
    should(backoff.nextDeadline()).equal(102_000);
  });

  it("goes on growing while connections fall over at once", () => {
    const backoff = new Backoff(0);
    failingWaits(backoff, 2);
    backoff.opened(10_000);
    backoff.closed(10_500);
    should(backoff.nextDeadline()).equal(14_500);
  });

  it("does not wait for what has appeared", () => {
    const backoff = new Backoff(0);
    failingWaits(backoff, 6);
    backoff.hurry(50_000);
    backoff.handleTimer(50_000).should.deepEqual([{ type: "connect" }]);
    backoff.hurry(50_001);
    should(backoff.nextDeadline()).equal(null);
  });

  it("never waits longer than the limit, nor less than the first wait", () => {
    const settings = fc.record({
      firstMs: fc.integer({ min: 1, max: 5000 }),
      mostMs: fc.integer({ min: 5000, max: 60_000 }),
    });
    fc.assert(
      fc.property(settings, (options) => {
        for (const wait of failingWaits(new Backoff(0, options), 20))
          wait.should.be.within(options.firstMs, options.mostMs);
      }),
    );
  });
});
