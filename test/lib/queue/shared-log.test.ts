/** A list that every reader gets whole. */
import should from "should";
import { SharedLog } from "../../../lib/queue/shared-log.ts";

const IDLE_MS = 1000;
const all = () => true;

function filled(start: "held" | "new" = "held"): SharedLog<string> {
  const log = new SharedLog<string>(start, IDLE_MS);
  for (const item of ["a", "b", "c"]) log.add(item);
  return log;
}

function readAll(log: SharedLog<string>, reader: string, now = 0): string {
  let text = "";
  for (let item = log.next(reader, now, all); item !== null; item = log.next(reader, now, all)) text += item;
  return text;
}

describe("a shared log", () => {
  it("gives everything to each reader, in order", () => {
    const log = filled();
    should([readAll(log, "x"), readAll(log, "y"), readAll(log, "x")]).deepEqual(["abc", "abc", ""]);
    log.add("d");
    should([readAll(log, "x"), readAll(log, "y")]).deepEqual(["d", "d"]);
  });

  it("gives a new reader only what comes, where that is chosen", () => {
    const log = filled("new");
    should(log.left("x")).be.empty();
    should(readAll(log, "x")).equal("");
    log.add("d");
    should(log.left("x")).deepEqual(["d"]);
    should(readAll(log, "x")).equal("d");
  });

  it("passes over what is not wanted", () => {
    const log = filled();
    should(log.next("x", 0, (item) => item !== "a")).equal("b");
    should(log.left("x")).deepEqual(["c"]);
  });

  it("retires what every reader has had, while there is a reader", () => {
    const log = filled();
    should(log.retire(0)).deepEqual({ read: [], missed: [] });
    readAll(log, "x");
    log.next("y", 0, all);
    should(log.retire(0).read).deepEqual(["a"]);
    log.forget("y");
    should(log.retire(0).read).deepEqual(["b", "c"]);
    should(log.size).equal(0);
  });

  it("says that what was passed over was read by nobody", () => {
    const log = filled();
    log.next("x", 0, (item) => item === "c");
    should(log.retire(0)).deepEqual({ read: ["c"], missed: ["a", "b"] });
  });

  it("forgets a reader that has not asked for long", () => {
    const log = filled();
    log.next("x", 0, all);
    readAll(log, "y", IDLE_MS);
    should(log.retire(IDLE_MS).read).deepEqual(["a"]);
    should(log.retire(IDLE_MS + 1).read).deepEqual(["b", "c"]);
    should(log.readers).equal(1);
  });

  it("says whom what is removed was missed by", () => {
    const log = filled();
    log.next("x", 0, all);
    log.next("x", 0, all);
    log.next("y", 0, all);
    should(log.remove(3)).deepEqual({ read: ["a"], missed: ["b", "c"] });
    log.add("d");
    should(readAll(log, "y")).equal("d");
  });

  it("counts as missed what nobody ever read", () => {
    should(filled().remove(2)).deepEqual({ read: [], missed: ["a", "b"] });
  });
});
