/** Where samples come from. */
import should from "should";
import { addCollector, collectSamples, dropSamples } from "../../../nodes/shared/metrics.ts";

describe("metrics", () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function count(id: string, type: string, name?: string): void {
    ends.push(addCollector({ id, type, name }, (where) => dropSamples(where, { full: 1 })));
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

  it("names a node by its name again once it is the only one", () => {
    count("a1", "gh-session-endpoint", "Hub");
    count("a2", "gh-session-endpoint", "Hub");
    ends.pop()!();
    should(wheres()).deepEqual(["session-endpoint:Hub"]);
  });
});
