/** `robot-game` in a real runtime: commands, questions, and the state that the store keeps (PROTOCOLS 5.1). */
import should from "should";
import registerRobotGame from "../../nodes/robot-game.ts";
import { CATCH, deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message } from "../support/store-flow.ts";
import { give, shown, wiredFlow } from "../support/wired.ts";

const session = (id: string) => ({ _session: { type: "session", id } });
const admin = (payload: object): Message => ({ user: "admin", payload, ...session("x") });
const robot = (user: string, payload: object): Message => ({
  user,
  device: `robot/${user}`,
  payload,
  ...session(user),
});
const ask = (id: string): Message => ({ payload: "game", ...session(id) });

async function start(fields: object = {}): Promise<{ passed: Collected; told: Collected; state: Collected }> {
  await deploy([registerRobotGame, CATCH], wiredFlow("gh-robot-game", 3, fields));
  return { passed: new Collected("out1"), told: new Collected("out2"), state: new Collected("out3") };
}

describe("robot-game", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("answers game with the state, to the byte", async () => {
    const { told } = await start();
    give(ask("a"), admin({ GAME: "start" }), ask("b"));
    const [before, broadcast, after] = await told.atLeast(3);
    should(before).containDeep({ payload: '{"GAME":"stop"}\r\n', ...session("a") });
    should(broadcast).containEql({ payload: '{"GAME": "start"}\n' }).and.not.have.property("_session");
    should(after).containDeep({ payload: '{"GAME":"start"}\r\n', ...session("b") });
  });

  it("stores what the admin sets, and tells all only the rest", async () => {
    const { told, state, passed } = await start();
    give(admin({ left_team: "benbot", left_map: "A1", MSG: "Round 2", wind: [1, 2], note: "ä" }));
    const changes = await state.atLeast(3);
    should(changes.map(({ topic, payload }) => [topic, payload])).deepEqual([
      ["game/robots/left_team", "benbot"],
      ["game/robots/left_map", "A1"],
      ["game/robots/MSG", "Round 2"],
    ]);
    should(changes[0]).containEql({ device: "game/robots", type: "left_team" });
    should((await told.atLeast(1))[0]).containEql({ payload: '{"wind": [1, 2], "note": "ä"}\n' });
    should(passed.messages).be.empty();
  });

  it("answers a robot's MAP with the map of its side, and lets the message go on", async () => {
    const { told, passed } = await start();
    give(admin({ left_team: "benbot", left_map: "A1", right_team: "jason", right_map: { rows: 2 } }));
    for (const user of ["benbot", "jason", "third"]) give(robot(user, { MAP: "", x: 1 }));
    const answers = (await told.atLeast(3)).map(({ payload, _session }) => [(_session as { id: string }).id, payload]);
    should(answers).deepEqual([
      ["benbot", '{"MAP":"A1"}\n'],
      ["jason", '{"MAP":{"rows":2}}\n'],
      ["third", '{"MAP":""}\n'],
    ]);
    should((await passed.atLeast(3))[0]).containDeep({ user: "benbot", payload: { MAP: "", x: 1 } });
  });

  it("takes no state from a robot, whatever its message says", async () => {
    const { told, passed } = await start();
    give({ ...robot("benbot", { GAME: "start" }), device: "game/robots", type: "GAME" }, ask("a"));
    should((await told.atLeast(1))[0]).containEql({ payload: '{"GAME":"stop"}\r\n' });
    await passed.atLeast(1);
  });

  it("is restored from the store, tells the robots, and keeps what is newer", async () => {
    const { told } = await start({ admin: "referee", device: "game/arena" });
    const reading = (payload: string, time: number): Message => ({ device: "game/arena", type: "GAME", payload, time });
    give(reading("start", 1000), ask("a"));
    give({ ...admin({ GAME: "stop" }), user: "referee" }, reading("start", 2000), ask("b"));
    const answers = (await told.atLeast(4)).map(({ payload }) => payload);
    should(answers).deepEqual([
      '{"GAME": "start"}\n',
      '{"GAME":"start"}\r\n',
      '{"GAME": "stop"}\n',
      '{"GAME":"stop"}\r\n',
    ]);
  });

  it("tells the admin what it cannot set, and changes nothing", async () => {
    const { told, state } = await start();
    give(admin({ left_map: "B", GAME: "pause" }), ask("a"));
    const [refusal, after] = await told.atLeast(2);
    should(refusal).containDeep({
      payload: '{"error":"malformed","message":"\\"GAME\\" must be start or stop"}\n',
      ...session("x"),
    });
    should(after).containEql({ payload: '{"GAME":"stop"}\r\n' });
    should(state.messages).be.empty();
  });

  it("reports a payload that is no object to catch nodes", async () => {
    await start();
    const caught = new Collected("caught");
    give({ user: "benbot", payload: "text" });
    should((await caught.atLeast(1))[0]!.error).match({ message: /"payload" must be the object/ });
  });

  it("stays inert and says so once where its device cannot be one", async () => {
    await start({ device: "game" });
    should(shown()).match({ fill: "red", text: /"device" must be <network>\/<address>/ });
    should(loggedErrors()).have.length(1);
  });
});
