/** `robot-relay` in a real runtime: what relays ask for, as questions for a queue (PROTOCOLS 5.2). */
import should from "should";
import registerRobotRelay from "../../nodes/robot-relay.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { CATCH, deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message } from "../support/store-flow.ts";
import { give, shown, wiredFlow } from "../support/wired.ts";

const session = (id: string) => ({ _session: { type: "session", id } });
const says = (id: string, payload: string | Buffer): Message => ({ payload, ...session(id) });

async function start(fields: object = {}): Promise<{ asked: Collected; answered: Collected }> {
  await deploy([registerRobotRelay, CATCH], wiredFlow("gh-robot-relay", 2, fields));
  return { asked: new Collected("out1"), answered: new Collected("out2") };
}

const questions = (messages: readonly Message[]) =>
  messages.map(({ action, queue, _session }) => [action, queue, (_session as { id: string }).id]);

describe("robot-relay", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("asks for the next message of the robot that each relay is attached to", async () => {
    const { asked } = await start();
    give(says("a", Buffer.from("set user benbot\nn\n")), says("b", "set user jason"), says("b", "n"), says("a", "n"));
    give(says("b", "set user benbot"), says("b", "n"));
    should(questions(await asked.atLeast(4))).deepEqual([
      ["next", "benbot", "a"],
      ["next", "jason", "b"],
      ["next", "benbot", "a"],
      ["next", "benbot", "b"],
    ]);
  });

  it("answers none to n before set user, and behind a name that cannot be one", async () => {
    const { answered } = await start();
    give(says("a", "n"), says("b", "set user ../../etc\n"), says("b", "n\n"));
    const answers = await answered.atLeast(2);
    should(answers[0]).containDeep({ payload: "none", ...session("a") });
    should(answers[1]).containDeep({ payload: "none", ...session("b") });
  });

  it("is attached to its robot from the start where the form names one", async () => {
    const { asked } = await start({ user: "benbot" });
    give(says("a", "n"));
    should(questions(await asked.atLeast(1))).deepEqual([["next", "benbot", "a"]]);
  });

  it("forgets a session that has closed, and lets the queue know", async () => {
    const { asked, answered } = await start();
    give(says("a", "set user benbot\n"), { type: "opened", ...session("b") }, { type: "closed", ...session("a") });
    give(says("a", "n"));
    should(questions(await asked.atLeast(1))).deepEqual([["leave", undefined, "a"]]);
    await answered.atLeast(1);
  });

  it("passes over what is no request, and counts it", async () => {
    const { answered } = await start();
    give(says("a", "hello\n"), says("a", "x".repeat(1000)), says("a", `${"n\n".repeat(300)}`));
    await answered.atLeast(256);
    const drops = collectSamples().filter(({ name }) => name === "gatehouse_dropped_total");
    should(Object.fromEntries(drops.map(({ labels, value }) => [labels.reason, value]))).deepEqual({
      unknown: 1,
      "too-long": 1,
      "too-many": 44,
      "bad-name": 0,
    });
  });

  for (const [message, fault] of [
    [{ payload: "n" }, /"_session" is missing/],
    [{ payload: 7, ...session("a") }, /"payload" must be text or bytes/],
  ] as const) {
    it(`reports ${JSON.stringify(message)} to catch nodes`, async () => {
      await start();
      const caught = new Collected("caught");
      give({ ...message });
      should((await caught.atLeast(1))[0]!.error).match({ message: fault });
    });
  }

  it("stays inert and says so once where its robot cannot be one", async () => {
    await start({ user: "a b" });
    should(shown()).match({ fill: "red", text: /"user" must be 1\.\.64/ });
    should(loggedErrors()).have.length(1);
  });
});
