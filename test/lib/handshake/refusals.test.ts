import should from "should";
import { Refusals } from "../../../lib/handshake/refusals.ts";

describe("refusals", () => {
  it("are told once a second, with their number", () => {
    const refusals = new Refusals();
    should([0, 1, 500, 999, 1000, 1001, 5000].map((now) => refusals.tell(now))).deepEqual([1, 0, 0, 0, 4, 0, 2]);
  });
});
