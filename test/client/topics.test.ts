/** Whatever a page wants, it asks for with few filters, and for nothing less. */
import should from "should";
import { covers, foldFilters } from "../../client/topics.ts";

describe("foldFilters", () => {
  it("leaves few topics as they are, each once, and what a wildcard selects to the wildcard", () => {
    should(foldFilters(["mesh/5/A", "mesh/6/A", "mesh/5/A"])).deepEqual(["mesh/5/A", "mesh/6/A"]);
    should(foldFilters(["mesh/5/A", "mesh/+/A", "mesh/5/+"])).deepEqual(["mesh/+/A", "mesh/5/+"]);
    should(foldFilters(["#", "mesh/5/A", "$live/mesh/monitor"])).deepEqual(["#", "$live/mesh/monitor"]);
  });

  it("asks for devices, then networks, then everything, where topics are too many", () => {
    const topics = (count: number, nameOf: (at: number) => string) =>
      Array.from({ length: count }, (_, at) => nameOf(at));
    should(foldFilters(topics(100, (at) => `mesh/5/T${at}`))).deepEqual(["mesh/5/+"]);
    should(foldFilters(topics(100, (at) => `mesh/${at}/T`))).deepEqual(["mesh/#"]);
    should(foldFilters(topics(100, (at) => `net${at}/1/T`))).deepEqual(["#"]);
    should(foldFilters([...topics(100, (at) => `mesh/5/T${at}`), "$live/a/b"])).deepEqual(["mesh/5/+", "$live/a/b"]);
  });

  it("passes over what no hub takes", () => {
    should(foldFilters(["", "x".repeat(300)])).be.empty();
  });
});

describe("covers", () => {
  it("tells whether filters select all that is wanted", () => {
    should(covers(["mesh/5/+"], ["mesh/5/A", "mesh/5/+"])).be.true();
    should(covers(["mesh/#"], ["mesh/5/+"])).be.true();
    should(covers(["mesh/5/A"], ["mesh/5/+"])).be.false();
    should(covers([], ["mesh/5/A"])).be.false();
  });
});
