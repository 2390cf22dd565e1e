/** The rate of a counter as pages tell it. */
import should from "should";
import { rateMeter } from "../../../client/mesh/rate.ts";

describe("the rate of a counter", () => {
  it("is a mean over some looks, and not told before they span long enough", () => {
    const rateOf = rateMeter();
    should(rateOf(100, 0)).be.null();
    should(rateOf(190, 100)).be.null();
    should(rateOf(200, 4_000)).equal(25);
    for (let look = 1; look <= 6; look++) should(rateOf(200 + look * 10, 4_000 + look * 2_000)).be.belowOrEqual(25);
    should(rateOf(270, 18_000)).equal(5);
  });

  it("begins anew where the counter does", () => {
    const rateOf = rateMeter();
    rateOf(100, 0);
    should(rateOf(5, 10_000)).be.null();
    should(rateOf(15, 15_000)).equal(2);
  });
});
