/** What a splitter tells of its device's records. */
import should from "should";
import { Statistics } from "../../../nodes/json-splitter/statistics.ts";

describe("record statistics", () => {
  it("give counts since the start, and the rate since the last time", () => {
    const statistics = new Statistics(true, 0);
    const first = statistics.take({ processed: 140, skipped: 10, sent: 600 }, 15_000);
    should(first.columns.map(({ type }) => type)).deepEqual(
      "Header Records_Processed Records_Skipped Elements_Sent Records_Per_Second".split(" "),
    );
    should(first.values).deepEqual(["STATISTICS", 140, 10, 600, 10]);
    should(statistics.take({ processed: 141, skipped: 10, sent: 604 }, 30_000).values).deepEqual([
      "STATISTICS",
      141,
      10,
      604,
      0.1,
    ]);
  });

  it("have no header where records have none", () => {
    should(new Statistics(false, 0).take({ processed: 0, skipped: 0, sent: 0 }, 1000).values).deepEqual([0, 0, 0, 0]);
  });
});
