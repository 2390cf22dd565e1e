/** Raw bytes as messages, by silence and half-close. */
import should from "should";
import { RawGatherer } from "../../../lib/sessions/raw-gatherer.ts";
import { told } from "./stream.ts";

describe("RawGatherer", () => {
  it("gathers what comes up to a time of silence, counted from the last byte", () => {
    const gatherer = new RawGatherer(20, 100);
    should(gatherer.receive(Buffer.of(1), 0)).deepEqual([]);
    should(gatherer.receive(Buffer.of(2), 15)).deepEqual([]);
    should(gatherer.nextDeadline()).equal(35);
    should(gatherer.handleTimer(34)).deepEqual([]);
    should(told(gatherer.handleTimer(35))).deepEqual([Buffer.of(1, 2)]);
    should(gatherer.nextDeadline()).equal(null);
  });

  it("takes the half-close for an end", () => {
    const gatherer = new RawGatherer(20, 100);
    gatherer.receive(Buffer.of(1), 0);
    should(told(gatherer.end())).deepEqual([Buffer.of(1)]);
    should(gatherer.nextDeadline()).equal(null);
    should(gatherer.end()).deepEqual([]);
  });

  it("drops what grows beyond the limit, once, up to the next silence", () => {
    const gatherer = new RawGatherer(20, 3);
    should(told(gatherer.receive(Buffer.alloc(3), 0))).deepEqual([]);
    should(told(gatherer.receive(Buffer.alloc(1), 1))).deepEqual(["!too-long"]);
    should(told(gatherer.receive(Buffer.alloc(1), 2))).deepEqual([]);
    should(gatherer.handleTimer(22)).deepEqual([]);
    gatherer.receive(Buffer.of(9), 30);
    should(told(gatherer.handleTimer(50))).deepEqual([Buffer.of(9)]);
  });

  it("hands out bytes that it does not write to again", () => {
    const gatherer = new RawGatherer(20, 100);
    gatherer.receive(Buffer.of(1), 0);
    const [first] = told(gatherer.end());
    gatherer.receive(Buffer.of(2), 0);
    should(first).deepEqual(Buffer.of(1));
  });
});
