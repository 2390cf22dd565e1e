/** The state of a match. */
import should from "should";
import { RobotGame } from "../../../lib/robots/robot-game.ts";

describe("the robots' game", () => {
  let game: RobotGame;

  beforeEach(() => {
    game = new RobotGame();
  });

  it("is stopped until it is started", () => {
    should(game.state).equal("stop");
    should(game.command({ GAME: "start" }, 1)).deepEqual({
      changes: [["GAME", "start"]],
      broadcast: { GAME: "start" },
    });
    should(game.state).equal("start");
  });

  it("sets teams, maps and the announcement, and tells the robots only the rest", () => {
    const fields = {
      left_team: "benbot",
      wind: 3,
      left_map: "A1",
      MSG: "hello",
      right_team: "jason",
      right_map: [[1]],
    };
    const { changes, broadcast } = game.command(fields, 1);
    should(changes.map(([field]) => field)).deepEqual(["left_team", "left_map", "MSG", "right_team", "right_map"]);
    should(broadcast).deepEqual({ wind: 3 });
    should([game.mapOf("benbot"), game.mapOf("jason"), game.mapOf("third")]).deepEqual(["A1", [[1]], ""]);
    should(game.command({ MSG: "" }, 2).broadcast).be.null();
  });

  it("has an empty map until one is set", () => {
    game.command({ left_team: "benbot", right_team: "jason" }, 1);
    should([game.mapOf("benbot"), game.mapOf("jason")]).deepEqual(["", ""]);
  });

  it("is restored from what was kept, tells the robots where it runs then, and keeps what is newer", () => {
    should(game.restore("GAME", "start", 5)).deepEqual({ GAME: "start" });
    should(game.restore("GAME", "start", 6)).be.null();
    should(game.restore("left_map", "A", 5)).be.null();
    should(game.restore("wind", 3, 5)).be.null();
    game.command({ GAME: "stop" }, 10);
    should(game.restore("GAME", "start", 9)).be.null();
    should(game.state).equal("stop");
    should(game.restore("GAME", "start", 10)).deepEqual({ GAME: "start" });
    should(game.restore("GAME", "stop", 11)).deepEqual({ GAME: "stop" });
  });

  for (const [fields, fault] of [
    [{ left_map: "B", GAME: "pause" }, /"GAME" must be start or stop/],
    [{ left_map: "B", left_team: 7 }, /"left_team" must be a team's name/],
  ] as const) {
    it(`changes nothing where a message has ${JSON.stringify(fields)}`, () => {
      game.command({ left_team: "benbot", left_map: "A" }, 1);
      should(() => game.command(fields, 2)).throw(RangeError, { message: fault });
      should([game.state, game.mapOf("benbot")]).deepEqual(["stop", "A"]);
    });
  }
});
