/** How many commands a sender may give. */
import should from "should";
import { CommandRate } from "../../../lib/commands/rate.ts";

describe("CommandRate", () => {
  it("takes a burst, then as many a second as it is told, and says how long to wait", () => {
    const rate = new CommandRate(10, 3);
    should([1, 2, 3, 4].map(() => rate.take("a", 0))).deepEqual([0, 0, 0, 100]);
    should(rate.take("a", 50)).equal(50);
    should([rate.take("a", 100), rate.take("a", 100)]).deepEqual([0, 100]);
    should([1, 2, 3, 4].map(() => rate.take("a", 60_000))).deepEqual([0, 0, 0, 100]);
  });

  it("counts each sender by itself", () => {
    const rate = new CommandRate(1, 1);
    should([rate.take("a", 0), rate.take("b", 0), rate.take("a", 0)]).deepEqual([0, 0, 1000]);
  });

  it("remembers a bounded number of senders, those that were active last", () => {
    const rate = new CommandRate(1, 1);
    for (let n = 0; n < 20_000; n++) rate.take(`s${n}`, 0);
    should(rate.take("s10000", 0)).equal(1000);
    should(rate.take("s0", 0)).equal(0);
  });
});
