import should from "should";
import { Recent } from "../../../lib/handshake/recent.ts";

describe("a map with a bound", () => {
  it("forgets what was written longest ago", () => {
    const recent = new Recent<number>(2);
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
    ] as const)
      recent.set(key, value);
    should([recent.get("a"), recent.get("b"), recent.get("c"), recent.size]).deepEqual([3, undefined, 4, 2]);
    recent.delete("a");
    should(recent.size).equal(1);
  });
});
