import should from "should";
import { HelloLimits } from "../../../lib/handshake/hello-limits.ts";

const RATES = { perAddress: { burst: 3, perSecond: 1 }, all: { burst: 5, perSecond: 10 } };

describe("how many HELLOs are answered", () => {
  it("is a burst of each address, and then so many a second", () => {
    const limits = new HelloLimits(RATES, 0);
    const admitted = (now: number) => [1, 2, 3, 4].filter(() => limits.admits("a", now)).length;
    should(admitted(0)).equal(3);
    should(admitted(999)).equal(0);
    should(admitted(1000)).equal(1);
    should(admitted(60_000)).equal(3);
  });

  it("is bounded over all addresses, and one that floods uses up only its own share", () => {
    const limits = new HelloLimits(RATES, 0);
    for (let count = 0; count < 1000; count++) limits.admits("flood", 0);
    should(["a", "b", "c", "d"].map((address) => limits.admits(address, 0))).deepEqual([true, true, false, false]);
    should(limits.admits("c", 100)).be.true();
  });
});
