import should from "should";
import { Watchers } from "../../../lib/handshake/watchers.ts";

const SHARED = { perWatcher: false, most: 2, lingerMs: 3000 };
const OWN = { ...SHARED, perWatcher: true };

describe("who watches", () => {
  it("wants one lease for all", () => {
    const watchers = new Watchers(SHARED);
    should(watchers.join("a")).deepEqual([{ type: "wanted", lease: "" }]);
    for (const watcher of ["a", "b", "c", "d"]) should(watchers.join(watcher)).be.empty();
    for (const watcher of ["a", "b", "c"]) watchers.leave(watcher, 0);
    should(watchers.nextDeadline()).be.null();
    watchers.leave("d", 1000);
    should(watchers.handleTimer(3999)).be.empty();
    should(watchers.handleTimer(4000)).deepEqual([{ type: "unwanted", lease: "" }]);
    should(watchers.join("a")).deepEqual([{ type: "wanted", lease: "" }]);
  });

  it("keeps the lease while a page is loaded anew", () => {
    const watchers = new Watchers(SHARED);
    watchers.join("a");
    watchers.leave("a", 0);
    should(watchers.join("b")).be.empty();
    should(watchers.handleTimer(10_000)).be.empty();
  });

  it("wants a lease for each where each has one of its own, up to a number", () => {
    const watchers = new Watchers(OWN);
    should(watchers.join("a")).deepEqual([{ type: "wanted", lease: "a" }]);
    should(watchers.join("b")).deepEqual([{ type: "wanted", lease: "b" }]);
    should(watchers.join("c")).be.null();
    watchers.leave("a", 0);
    should(watchers.join("c")).be.null();
    should(watchers.join("a")).be.empty();
    watchers.leave("a", 0);
    should(watchers.handleTimer(3000)).deepEqual([{ type: "unwanted", lease: "a" }]);
    should(watchers.join("c")).deepEqual([{ type: "wanted", lease: "c" }]);
  });

  it("passes over who leaves and was not there", () => {
    const watchers = new Watchers(SHARED);
    should(watchers.leave("a", 0)).be.empty();
    should(watchers.nextDeadline()).be.null();
  });
});
