/** `robot-gate` in a real runtime: who is let in, and what the others are told. */
import should from "should";
import registerRobotGate from "../../nodes/robot-gate.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { addSimulated } from "../../nodes/shared/simulated.ts";
import { CATCH, deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message } from "../support/store-flow.ts";
import { give, shown, wiredFlow } from "../support/wired.ts";

const at = (session: string, port = 1) => ({ _session: { type: "session", id: session }, address: "127.0.0.1", port });
const opened = (session: string, port = 1): Message => {
  const { _session, ...payload } = at(session, port);
  return { type: "opened", payload, _session };
};
const says = (session: string, user: string, port = 1): Message => ({ ...at(session, port), user, payload: { a: 1 } });

async function start(fields: object = {}): Promise<void> {
  await deploy([registerRobotGate, CATCH], wiredFlow("gh-robot-gate", 2, { freeUsers: "admin", ...fields }));
}

describe("robot-gate", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("passes the messages of two robots and of the admin, and tells and closes the third", async () => {
    await start();
    const [passed, told] = [new Collected("out1"), new Collected("out2")];
    for (const [session, user] of Object.entries({ a: "benbot", x: "admin", b: "jason", c: "third" })) {
      give(opened(session), says(session, user));
    }
    give(says("a", "benbot"));
    await passed.atLeast(4);
    should(passed.messages.map(({ user }) => user)).deepEqual(["benbot", "admin", "jason", "benbot"]);
    should(passed.messages[0]).containDeep({ payload: { a: 1 }, _session: { id: "a" } });
    const [refusal] = await told.atLeast(1);
    should(refusal).containDeep({ payload: '{"error":"full"}\n', _session: { id: "c" }, close: true });
    const value = (name: string) => collectSamples().find((one) => one.name === name)?.value;
    should([value("gatehouse_robots_in_total"), value("gatehouse_robots_admitted_total")]).deepEqual([5, 4]);
  });

  it("holds back a robot that sends too fast, counts what that is, and lets it stay", async () => {
    await start({ mostPerSecond: "1" });
    const [passed, told] = [new Collected("out1"), new Collected("out2")];
    give(opened("a"), ...Array.from({ length: 5 }, () => says("a", "benbot")), opened("b"), says("b", "jason"));
    await passed.atLeast(3);
    should(passed.messages.map(({ user }) => user)).deepEqual(["benbot", "benbot", "jason"]);
    const [warning] = await told.atLeast(1);
    should(warning).containDeep({ payload: '{"error":"too-fast"}\n', _session: { id: "a" } });
    should(warning).not.have.property("close");
    const fast = collectSamples().find(({ labels }) => labels?.reason === "too-fast");
    should(fast?.value).equal(3);
  });

  it("tells and closes a third connection that says nothing", async () => {
    await start({ patience: "0.1" });
    const told = new Collected("out2");
    give(opened("a"), opened("b"), opened("c"));
    should((await told.atLeast(1))[0]).containDeep({ _session: { id: "c" }, close: true });
  });

  it("has a place again when a robot has closed", async () => {
    await start({ mostRobots: "1" });
    const passed = new Collected("out1");
    give(opened("a"), says("a", "benbot"), { ...opened("a"), type: "closed" }, opened("b"), says("b", "jason"));
    await passed.atLeast(2);
    should(passed.messages[1]).containDeep({ user: "jason" });
  });

  it("does not count a robot that is simulated in this process", async () => {
    await start({ mostRobots: "1" });
    const end = addSimulated("tcp", "127.0.0.1", 4711);
    const passed = new Collected("out1");
    give(opened("s", 4711), says("s", "sim", 4711), opened("a"), says("a", "benbot"), says("s", "sim", 4711));
    await passed.atLeast(3);
    end();
  });

  it("reports a message without a user to catch nodes", async () => {
    await start();
    const caught = new Collected("caught");
    give({ ...at("a"), payload: 1 });
    should((await caught.atLeast(1))[0]!.error).match({ message: /"user" is missing/ });
  });

  it("stays inert and says so once where it is to let nobody in", async () => {
    await start({ mostRobots: "0" });
    should(shown()).match({ fill: "red", text: /"mostRobots" must be 1\.\.10000, got 0/ });
    should(loggedErrors()).have.length(1);
  });
});
