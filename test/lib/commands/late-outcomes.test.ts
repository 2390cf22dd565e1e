/** Outcomes that wait for a browser to come back. */
import should from "should";
import { LateOutcomes } from "../../../lib/commands/late-outcomes.ts";

const outcome = (id: string) => ({ id, state: "delivered" }) as const;

describe("LateOutcomes", () => {
  it("gives a browser its own, in their order, once", () => {
    const late = new LateOutcomes();
    late.keep("a", outcome("1"), 0);
    late.keep("b", outcome("2"), 1);
    late.keep("a", outcome("3"), 2);
    should(late.take("a", 10)).deepEqual([outcome("1"), outcome("3")]);
    should(late.take("a", 10)).be.empty();
    should([late.held, late.dropped]).deepEqual([1, 0]);
  });

  it("forgets after half a minute, and counts it", () => {
    const late = new LateOutcomes();
    late.keep("a", outcome("1"), 0);
    late.keep("a", outcome("2"), 1000);
    should(late.take("a", 30_000)).deepEqual([outcome("2")]);
    should([late.held, late.dropped]).deepEqual([0, 1]);
  });

  it("keeps a thousand, and drops the oldest for one more", () => {
    const late = new LateOutcomes();
    for (let n = 0; n <= 1000; n++) late.keep(`b${n}`, outcome("x"), n);
    should([late.held, late.dropped]).deepEqual([1000, 1]);
    should(late.take("b0", 1001)).be.empty();
    should(late.take("b1", 1001)).have.length(1);
  });
});
