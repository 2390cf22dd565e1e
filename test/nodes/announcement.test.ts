/** `announcement` in a real runtime: one message before each that passes. */
import should from "should";
import registerAnnouncement from "../../nodes/announcement.ts";
import { CATCH, deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message } from "../support/store-flow.ts";
import { give, shown, wiredFlow } from "../support/wired.ts";

const session = (id: string) => ({ _session: { type: "session", id } });
const announce = (payload: unknown): Message => ({ topic: "game/robots/MSG", payload });

async function start(fields: object = {}): Promise<Collected> {
  await deploy([registerAnnouncement, CATCH], wiredFlow("gh-announcement", 1, fields));
  return new Collected("out1");
}

const payloads = (messages: readonly Message[]) => messages.map(({ payload }) => payload);

describe("announcement", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("stands before every message, to the same session, until it is taken away", async () => {
    const out = await start();
    give({ payload: "none", ...session("a") }, announce("Round 2"), { payload: "none", ...session("b") });
    give({ payload: "m", ...session("b") }, announce(""), { payload: "none", ...session("b") });
    const messages = await out.atLeast(6);
    const list = '["admin", "MSG", "Round 2"]';
    should(payloads(messages)).deepEqual(["none", list, "none", list, "m", "none"]);
    should(messages[1]).containDeep(session("b"));
  });

  it("is the payload as it is where that is chosen, and the newest", async () => {
    const out = await start({ form: "payload", topic: "site/hall/notice" });
    give({ topic: "site/hall/notice", payload: "old" }, { topic: "site/hall/notice", payload: { a: 1 } });
    give({ topic: "else", payload: "m" });
    should(payloads(await out.atLeast(2))).deepEqual([{ a: 1 }, "m"]);
    should(out.messages[0]).not.have.property("_session");
  });

  it("stays inert and says so once with a topic that is none", async () => {
    await start({ topic: "MSG" });
    should(shown()).match({ fill: "red", text: /"topic" must be <network>\/<address>\/<type>, got MSG/ });
    should(loggedErrors()).have.length(1);
  });
});
