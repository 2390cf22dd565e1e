/** The traffic log without a page: bounds, filter, pause. */
import should from "should";
import { MOST_LINES, TrafficLog } from "../../../client/mesh/traffic-log.ts";

const texts = (log: TrafficLog) => log.shown().map(({ text }) => text);

describe("the traffic log", () => {
  it("knows the direction of a line by how it begins", () => {
    const log = new TrafficLog();
    for (const text of ["uart in: Node-5 GPS", "uart out: module NINFO", "client 127.0.0.1:5 asks x", "lap 1"])
      log.add(text, 0);
    should(log.shown().map(({ direction, text }) => [direction, text])).deepEqual([
      ["in", "Node-5 GPS"],
      ["out", "module NINFO"],
      ["client", "client 127.0.0.1:5 asks x"],
      ["note", "lap 1"],
    ]);
  });

  it("keeps the last lines, and not the end of an endless one", () => {
    const log = new TrafficLog();
    for (let number = 1; number <= 5 * MOST_LINES; number++) log.add(`line ${number}`, number);
    should(log.shown().length).equal(MOST_LINES);
    should(texts(log).at(-1)).equal(`line ${5 * MOST_LINES}`);
    log.add("x".repeat(100_000), 0);
    should(texts(log).at(-1)!.length).equal(400);
  });

  it("shows lines that have each word, in any order and case", () => {
    const log = new TrafficLog();
    for (const text of ["uart in: Node-5 GPS", "uart in: Node-6 GPS", "uart out: Node-5 <R>A"]) log.add(text, 0);
    log.filter(" gps  NODE-5 ");
    should(texts(log)).deepEqual(["Node-5 GPS"]);
    log.filter("out");
    should(texts(log)).deepEqual(["Node-5 <R>A"]);
    log.filter("");
    should(texts(log).length).equal(3);
  });

  it("stands still while it is paused, counts what comes, and shows it afterwards", () => {
    const log = new TrafficLog();
    log.add("one", 0);
    log.pause();
    for (const text of ["two", "three"]) log.add(text, 0);
    should([log.isPaused, log.held, texts(log)]).deepEqual([true, 2, ["one"]]);
    log.clear();
    should([log.held, texts(log)]).deepEqual([0, []]);
    log.add("four", 0);
    log.resume();
    should([log.held, texts(log)]).deepEqual([0, ["four"]]);
  });
});
