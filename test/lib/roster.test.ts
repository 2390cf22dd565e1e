import should from "should";
import { Roster } from "../../lib/roster.ts";

describe("a roster", () => {
  it("holds who is present, by a key", () => {
    const roster = new Roster<string, number>();
    roster.set("a", 1);
    roster.set("b", 2);
    roster.set("a", 3);
    should([roster.size, roster.get("a"), roster.get("c"), roster.values()]).deepEqual([2, 3, undefined, [3, 2]]);
  });

  it("says whether one was there to go", () => {
    const roster = new Roster<string, number>();
    roster.set("a", 1);
    should([roster.delete("a"), roster.delete("a"), roster.size]).deepEqual([true, false, 0]);
  });

  it("keeps those who stay, in their order, however many come and go", () => {
    const roster = new Roster<number, number>();
    roster.set(-1, -1);
    for (let key = 0; key < 10_000; key++) {
      roster.set(key, key);
      if (key >= 3) roster.delete(key - 3);
    }
    should(roster.values()).deepEqual([-1, 9997, 9998, 9999]);
  });
});
