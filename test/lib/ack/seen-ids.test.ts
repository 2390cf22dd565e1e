import fc from "fast-check";
import should from "should";
import { SeenIds } from "../../../lib/ack/seen-ids.ts";

describe("seen ids", () => {
  it("know what was added, in whatever order, within their bound", () => {
    const property = fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { size: "max", maxLength: 300 }), (ids) => {
      const seen = new SeenIds();
      for (const id of ids) seen.add(id);
      const known = Array.from({ length: 500 }, (_, index) => index + 1).filter((id) => seen.has(id));
      should(known).deepEqual([...new Set(ids)].sort((a, b) => a - b));
      should(seen.greatest).equal(Math.max(0, ...ids));
      should(new SeenIds(seen.state()).state()).deepEqual(seen.state());
    });
    fc.assert(property, { numRuns: 50 });
  });

  it("take the oldest hole for closed where there are too many", () => {
    const seen = new SeenIds();
    for (let id = 3; id <= 2 * 1026; id += 2) seen.add(id);
    should(seen.has(1)).be.true();
    should(seen.has(2 * 1026)).be.false();
    should(seen.state().above.length).be.belowOrEqual(1024);
  });

  it("hold a count without holes in one number", () => {
    const seen = new SeenIds();
    for (let id = 1; id <= 10_000; id++) seen.add(id);
    should(seen.state()).deepEqual({ low: 10_000, above: [] });
  });
});
