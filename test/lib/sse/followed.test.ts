/** What browsers follow by several connections. */
import should from "should";
import { Followed } from "../../../lib/sse/followed.ts";

describe("what a browser follows", () => {
  let followed: Followed;

  beforeEach(() => {
    followed = new Followed();
  });

  it("is what its connections ask for, until the last one that does is gone", () => {
    followed.add("one", ["a/#", "b/#"]);
    followed.add("one", ["b/#", "c/#"]);
    followed.add("one", ["b/#", "c/#"]);
    followed.add("other", ["d/#"]);
    should(followed.of("one")).deepEqual(["a/#", "b/#", "c/#"]);
    followed.remove("one", ["b/#", "c/#"]);
    should(followed.of("one")).deepEqual(["a/#", "b/#", "c/#"]);
    followed.remove("one", ["b/#", "c/#"]);
    should(followed.of("one")).deepEqual(["a/#", "b/#"]);
    followed.remove("one", ["a/#", "b/#"]);
    should(followed.of("one")).be.empty();
    should(followed.of("other")).deepEqual(["d/#"]);
  });

  it("may be anything where it is too much to name", () => {
    for (let count = 0; count < 2000; count++) followed.add("one", [`a/${count}/#`]);
    should(followed.of("one")).deepEqual(["#"]);
  });

  it("is nothing where nobody is known, and a second removal changes nothing", () => {
    followed.remove("one", ["a/#"]);
    should(followed.of("one")).be.empty();
    followed.add("one", ["a/#"]);
    should(followed.of("one")).deepEqual(["a/#"]);
  });
});
