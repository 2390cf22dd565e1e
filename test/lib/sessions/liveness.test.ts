/** Whether a peer is still there: what is due at which moment. */
import should from "should";
import { Liveness } from "../../../lib/sessions/liveness.ts";

const NONE = { keepAliveMs: 0, idleMs: 0, identifyMs: 0 };

describe("Liveness", () => {
  it("demands nothing by itself", () => {
    should(new Liveness(NONE, 0).check(1e9)).equal(null);
  });

  it("asks after a silence, once, and gives up after another", () => {
    const liveness = new Liveness({ ...NONE, keepAliveMs: 30 }, 0);
    should([29, 30, 31, 59, 60].map((at) => liveness.check(at))).deepEqual([null, "ping", null, null, "silent"]);
  });

  it("takes anything that comes for a sign of life", () => {
    const liveness = new Liveness({ ...NONE, keepAliveMs: 30 }, 0);
    should(liveness.check(30)).equal("ping");
    liveness.heard(50);
    should([60, 79, 80, 109, 110].map((at) => liveness.check(at))).deepEqual([null, null, "ping", null, "silent"]);
  });

  it("lets a peer go that says nothing of its own, though it gives signs of life", () => {
    const liveness = new Liveness({ ...NONE, idleMs: 100 }, 0);
    liveness.spoke(50);
    liveness.heard(140);
    should([149, 150].map((at) => liveness.check(at))).deepEqual([null, "idle"]);
  });

  it("lets a peer go that does not say who it is, and not one that did", () => {
    const limits = { ...NONE, identifyMs: 50 };
    const silent = new Liveness(limits, 0);
    silent.spoke(49);
    should(silent.check(50)).equal("unidentified");
    const known = new Liveness(limits, 0);
    known.identify();
    should(known.check(50)).equal(null);
  });

  it("doubts a peer that was told something, until it says something that it cannot have said before", () => {
    const liveness = new Liveness(NONE, 0);
    should(liveness.isUnanswered).be.false();
    liveness.told(1000);
    should(liveness.isUnanswered).be.true();
    liveness.spoke(1001);
    should(liveness.isUnanswered).be.true();
    liveness.spoke(3000);
    should(liveness.isUnanswered).be.false();
    liveness.told(3001);
    should(liveness.isUnanswered).be.true();
  });
});
