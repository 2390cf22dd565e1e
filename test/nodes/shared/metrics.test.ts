/** Where samples come from. */
import should from "should";
import { addCollector, collectSamples, dropSamples } from "../../../nodes/shared/metrics.ts";

describe("metrics", () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function count(id: string, type: string, name?: string, tab?: string): void {
    const _flow = { flow: { label: tab! } };
    ends.push(addCollector({ id, type, name, ...(tab && { _flow }) }, (where) => dropSamples(where, { full: 1 })));
  }

  function wheres(): (string | undefined)[] {
    return collectSamples().map(({ labels }) => labels.where);
  }

  it("names samples by their node's type and name, or its id where it has no name", () => {
    count("a1", "gh-session-endpoint", "Hub");
    count("a2", "node-store");
    should(wheres()).deepEqual(["session-endpoint:Hub", "node-store:a2"]);
  });

  it("tells nodes of one type and name apart by their ids", () => {
    count("a1", "gh-session-endpoint", "Hub");
    count("a2", "gh-session-endpoint", "Hub");
    count("a3", "gh-session-out", "Hub");
    should(wheres()).deepEqual(["session-endpoint:Hub (a1)", "session-endpoint:Hub (a2)", "session-out:Hub"]);
  });

  it("names a node without a name by its tab, and tells those of one name apart by theirs", () => {
    count("a1", "node-store", "", "Mesh");
    count("a2", "json-splitter", "", "Mesh");
    count("a3", "json-splitter", "", "Mesh");
    count("a4", "sse-out", "outcomes", "Mesh");
    count("a5", "sse-out", "outcomes", "Weather");
    should(wheres()).deepEqual([
      "node-store:tab Mesh",
      ...["json-splitter:tab Mesh (a2)", "json-splitter:tab Mesh (a3)"],
      ...["sse-out:outcomes (tab Mesh)", "sse-out:outcomes (tab Weather)"],
    ]);
  });

  it("names a node by its name again once it is the only one", () => {
    count("a1", "gh-session-endpoint", "Hub");
    count("a2", "gh-session-endpoint", "Hub");
    ends.pop()!();
    should(wheres()).deepEqual(["session-endpoint:Hub"]);
  });
});
