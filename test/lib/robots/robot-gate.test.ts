/** How many robots may be connected, and who gives way. */
import should from "should";
import { RobotGate } from "../../../lib/robots/robot-gate.ts";

const PATIENCE_MS = 3000;
const refused = (session: string, reason = "full") => ({ type: "refused", session, reason });

describe("the robots' gate", () => {
  let gate: RobotGate;

  beforeEach(() => {
    const freeUsers = new Set(["admin"]);
    gate = new RobotGate({ mostRobots: 2, freeUsers, patienceMs: PATIENCE_MS, mostPerSecond: 10 });
  });

  /** Opens sessions, and lets those speak that have a user. */
  function connect(now: number, users: Readonly<Record<string, string | null>>): boolean[] {
    return Object.entries(users).map(([session, user]) => {
      gate.opened(session, now);
      return user === null || gate.heard(session, user, now).isAdmitted;
    });
  }

  it("lets two robots in, and refuses the third once it says who it is", () => {
    should(connect(0, { a: "benbot", b: "jason" })).deepEqual([true, true]);
    gate.opened("c", 10);
    should(gate.heard("c", "third", 20)).deepEqual({ isAdmitted: false, events: [refused("c")] });
    should(gate.robots).equal(2);
    should(gate.heard("a", "benbot", 30).isAdmitted).be.true();
  });

  it("lets a robot send what two seconds allow at once, then no faster than its limit, and tells it once a second", () => {
    connect(0, { a: "benbot", b: "jason" });
    const heard = Array.from({ length: 30 }, () => gate.heard("a", "benbot", 0));
    should(heard.filter(({ isAdmitted }) => isAdmitted)).have.length(19);
    should(heard[19]).deepEqual({ isAdmitted: false, isTooFast: true, events: [{ type: "slowed", session: "a" }] });
    should(heard[20]).deepEqual({ isAdmitted: false, isTooFast: true, events: [] });
    should(gate.heard("a", "benbot", 150).isAdmitted).be.true();
    should(gate.heard("a", "benbot", 150).events).be.empty();
    should(gate.heard("b", "jason", 150).isAdmitted).be.true();
    should(Array.from({ length: 30 }, () => gate.heard("a", "benbot", 1150).isAdmitted).filter(Boolean)).have.length(
      10,
    );
    should(gate.robots).equal(2);
  });

  it("refuses a third connection that says nothing, after a while", () => {
    connect(0, { a: "benbot", b: "jason" });
    gate.opened("c", 100);
    should(gate.nextDeadline()).equal(3100);
    should(gate.handleTimer(3099)).be.empty();
    should(gate.handleTimer(3100)).deepEqual([refused("c")]);
    should(gate.nextDeadline()).be.null();
  });

  it("refuses the newest of three connections that say nothing", () => {
    connect(0, { a: null, b: null, c: null });
    should(gate.handleTimer(PATIENCE_MS)).deepEqual([refused("c")]);
    should(gate.handleTimer(1e9)).be.empty();
  });

  it("does not count the admin, whenever that comes", () => {
    should(connect(0, { x: "admin", a: "benbot", y: "admin", b: "jason", z: "admin" })).deepEqual(Array(5).fill(true));
    should(gate.handleTimer(1e9)).be.empty();
    should(gate.robots).equal(2);
    should(connect(1, { c: "third" })).deepEqual([false]);
  });

  it("gives the place of a robot that leaves to one that waits", () => {
    connect(0, { a: "benbot", b: "jason", c: null });
    gate.closed("a", 1000);
    should(gate.nextDeadline()).be.null();
    should(gate.heard("c", "third", 1e6).isAdmitted).be.true();
  });

  it("lets a robot take its own place over where its old connection has fallen silent", () => {
    connect(0, { a: "benbot", b: "jason" });
    gate.heard("b", "jason", 1500);
    gate.opened("c", 1900);
    should(gate.heard("c", "benbot", 1999)).deepEqual({ isAdmitted: false, events: [refused("c")] });
    gate.opened("d", 2000);
    should(gate.heard("d", "benbot", 2000)).deepEqual({ isAdmitted: true, events: [refused("a", "replaced")] });
    gate.closed("a", 2001);
    should(gate.robots).equal(2);
    should(gate.heard("d", "benbot", 2002)).deepEqual({ isAdmitted: true, events: [] });
  });

  it("counts a connection, whoever speaks on it", () => {
    connect(0, { a: "benbot" });
    should(gate.heard("a", "jason", 1).isAdmitted).be.true();
    should(gate.robots).equal(1);
  });

  it("counts a session too that it has not seen opening", () => {
    should(["a", "b", "c"].map((session) => gate.heard(session, session, 0).isAdmitted)).deepEqual([true, true, false]);
  });
});
