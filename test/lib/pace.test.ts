/** Whether things come faster than a limit. */
import should from "should";
import { Pace } from "../../lib/pace.ts";

/** The answers of a pace of 100 a second, to counts at moments. */
function answers(...inputs: [count: number, now: number][]): boolean[] {
  const pace = new Pace(100);
  return inputs.map(([count, now]) => {
    pace.note(count, now);
    return pace.isFast(now);
  });
}

describe("Pace", () => {
  it("is fast once a window holds more than the limit, and for as long as the next one lasts", () => {
    should(answers([50, 0], [1, 499], [0, 500], [0, 999], [0, 1000])).deepEqual([false, true, true, true, false]);
  });

  it("is not fast at the limit itself", () => {
    should(answers([50, 0], [0, 500])).deepEqual([false, false]);
  });

  it("forgets a burst after a pause", () => {
    should(answers([1000, 0], [0, 1000])).deepEqual([true, false]);
  });

  it("begins anew when the clock jumps back", () => {
    should(answers([1000, 10_000], [0, 0], [0, 499])).deepEqual([true, false, false]);
  });
});
