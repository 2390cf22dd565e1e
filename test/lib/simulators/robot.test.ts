/** A simulated robot: messages, pictures, pieces. */
import should from "should";
import { type RobotOptions, RobotSimulator } from "../../../lib/simulators/robot.ts";

const DIALS = { rate: 10, pictures: 0, wrong: 0, split: 0, coalesce: 0 };

function start(options: Partial<RobotOptions> = {}): RobotSimulator {
  return new RobotSimulator({ ...DIALS, seed: 1, token: "secret", ending: "\n", ...options }, 0);
}

/** Lets it work for so long; what it writes, each write as its pieces. */
function run(robot: RobotSimulator, untilMs: number, fromMs = 0): (readonly string[])[] {
  const writes: (readonly string[])[] = [];
  let now = fromMs;
  for (let next = robot.nextDeadline(); next !== null && next <= untilMs; next = robot.nextDeadline()) {
    now = Math.max(now, next);
    for (const { pieces } of robot.handleTimer(now)) writes.push(pieces);
  }
  return writes;
}

const textOf = (writes: readonly (readonly string[])[]) => writes.flat().join("");
const messagesIn = (text: string, ending = "\n") =>
  text
    .split(ending)
    .filter((one) => one !== "")
    .map((one) => JSON.parse(one) as Record<string, unknown>);

describe("a simulated robot", () => {
  it("sends a message with its token so many times a second", () => {
    const messages = messagesIn(textOf(run(start(), 10_000)));
    should(messages.length).be.within(99, 101);
    for (const { token, Gyro, Ranges, Battery } of messages) {
      should(token).equal("secret");
      should([Gyro, Ranges].map((list) => (list as unknown[]).length)).deepEqual([3, 8]);
      should(Battery).be.within(6, 9);
    }
  });

  it("ends its messages as told", () => {
    const text = textOf(run(start({ ending: "done\n" }), 1000));
    should(messagesIn(text, "done\n").length).be.above(5);
  });

  it("sends a picture of some 30 KB now and then", () => {
    const robot = start({ pictures: 6 });
    const pictures = messagesIn(textOf(run(robot, 60_000))).filter(({ Camera }) => Camera !== undefined);
    should(pictures.length).be.within(6, 7);
    const [first] = pictures;
    should(first!.Camera).startWith("iVBORw0KGgo");
    should((first!.Camera as string).length).be.within(29_000, 33_000);
  });

  it("moves while the game runs", () => {
    const robot = start();
    const speeds = (from: number) => messagesIn(textOf(run(robot, from + 1000, from))).map(({ Speed }) => Speed);
    should(new Set(speeds(0))).deepEqual(new Set([0]));
    robot.receive('{"GAME": "start"}');
    should(Math.min(...(speeds(1000) as number[]))).be.above(0.5);
    robot.receive('{"GAME":"stop"}');
    should(new Set(speeds(2000))).deepEqual(new Set([0]));
  });

  it("asks on each new connection, after a message that says who it is, whether the game runs", () => {
    const robot = start({ ending: "done\n" });
    for (const from of [0, 1000]) {
      robot.open();
      const texts = textOf(run(robot, from + 1000, from)).split("done\n");
      should(texts.indexOf("game")).equal(1);
      should(texts.lastIndexOf("game")).equal(1);
    }
    const wrong = start({ wrong: 1 });
    wrong.open();
    should(textOf(run(wrong, 1000))).not.containEql("game\n");
  });

  it("cuts messages in pieces, writes some together, and loses nothing by it", () => {
    const robot = start({ split: 0.5, coalesce: 0.3, pictures: 60, rate: 100 });
    const writes = run(robot, 10_000);
    const messages = messagesIn(textOf(writes));
    should(robot.counts.messages - messages.length).be.within(0, 5);
    should(writes.filter((pieces) => pieces.length > 1).length)
      .equal(robot.counts.split)
      .and.be.above(100);
    should(writes.length).be.below(messages.length);
    should(Math.max(...writes.map((pieces) => pieces.length))).be.within(30, 41);
  });

  it("uses a token that nobody has where told, and never its own then", () => {
    const robot = start({ wrong: 0.5 });
    const tokens = messagesIn(textOf(run(robot, 20_000))).map(({ token }) => token);
    const wrong = tokens.filter((token) => token !== "secret");
    should(wrong.length).equal(robot.counts.wrong).and.be.within(60, 140);
  });

  it("is silent while stopped, and does not make up for it", () => {
    const robot = start();
    robot.run(false);
    should([robot.nextDeadline(), robot.handleTimer(5000)]).deepEqual([null, []]);
    robot.run(true);
    should(run(robot, 10_100, 10_000).length).be.within(1, 3);
    robot.turn({ rate: 1000 }, 20_000);
    should(run(robot, 20_100, 20_000).length).be.within(90, 110);
  });
});
