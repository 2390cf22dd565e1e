import should from "should";
import { Seldom } from "../../lib/seldom.ts";

describe("what is told seldom", () => {
  it("is told at once, then once in the interval, with its number", () => {
    const seldom = new Seldom(1000);
    should([0, 1, 500, 999, 1000, 1001, 5000].map((now) => seldom.tell(now))).deepEqual([1, 0, 0, 0, 4, 0, 2]);
  });
});
