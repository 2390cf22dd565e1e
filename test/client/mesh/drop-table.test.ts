/** Drops as the page counts them. */
import should from "should";
import { DROPPED, Drops } from "../../../client/mesh/drop-table.ts";

const metric = (where: string, reason: string, value: number) => ({ name: DROPPED, labels: { where, reason }, value });

describe("drops on the page", () => {
  it("are those that happened, the largest first, with what is new since the page opened", () => {
    const drops = new Drops();
    drops.read([metric("a", "full", 5), metric("a", "late", 0)]);
    const now = drops.read([metric("a", "full", 7), metric("a", "late", 0), metric("b", "full", 9)]);
    should(now).deepEqual([
      { where: "b", reason: "full", count: 9, recent: 9, ordinary: null },
      { where: "a", reason: "full", count: 7, recent: 2, ordinary: null },
    ]);
  });

  it("are losses first, and then what is ordinary, with why", () => {
    const all = [metric("a", "unheard", 9), metric("a", "coalesced", 8), metric("a", "full", 1)];
    const told = new Drops().read(all).map(({ reason, ordinary }) => [reason, ordinary]);
    should(told).deepEqual([
      ["full", null],
      ["unheard", "nobody listened"],
      ["coalesced", "a newer one took its place"],
    ]);
  });

  it("begin anew where the gateway does", () => {
    const drops = new Drops();
    drops.read([metric("a", "full", 5)]);
    should(drops.read([metric("a", "full", 2)])[0]!.recent).equal(2);
    should(drops.read([metric("a", "full", 6)])[0]!.recent).equal(6);
  });
});
