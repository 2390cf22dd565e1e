/** What a queue keeps of a message. */
import should from "should";
import { fromReading, isExpired, keyOf, queuedMessage, toReading } from "../../../lib/queue/queued-message.ts";

describe("a queued message", () => {
  const messages: [what: string, message: Record<string, unknown>][] = [
    ["text", { payload: '["benbot", "a", 1]', device: "robot/benbot", user: "benbot", time: 5 }],
    ["bytes", { payload: Buffer.from([0, 255, 254]), topic: "a/b/c", time: 5 }],
    ["a list", { payload: ["benbot", "Field1", "value1"], time: 5, deadline: 9, id: "x" }],
    ["a number alone", { payload: 0, time: 5 }],
    ["nothing", { payload: null, time: 5, type: "A" }],
  ];
  for (const [what, message] of messages) {
    it(`comes back from the store as it was: ${what}`, () => {
      should(fromReading(toReading(queuedMessage(message, 7, null)))).deepEqual(message);
    });
  }

  it("leaves behind what belongs to the connection and the flow", () => {
    const message = { payload: 1, _session: { id: "s" }, _msgid: "m", action: "put", raw: Buffer.from("token") };
    should(queuedMessage(message, 7, null)).deepEqual({ payload: 1, time: 7 });
  });

  it("has its own deadline, or that of the queue", () => {
    should(queuedMessage({ payload: 1 }, 100, 50)).containEql({ deadline: 150 });
    should(queuedMessage({ payload: 1, deadline: 120 }, 100, 50)).containEql({ deadline: 120 });
    const message = queuedMessage({ payload: 1 }, 100, 50);
    should([149, 150, 151].map((now) => isExpired(message, now))).deepEqual([false, false, true]);
    should(isExpired(queuedMessage({ payload: 1 }, 100, null), 1e15)).be.false();
  });

  it("is a state of what its topic names, or its device and type", () => {
    const keys = [{ topic: "mesh/5/GPS" }, { device: "mesh/5", type: "GPS" }, { device: "mesh/5" }, {}];
    should(keys.map((names) => keyOf({ payload: 1, time: 1, ...names }))).deepEqual([
      "mesh/5/GPS",
      "mesh/5/GPS",
      "mesh/5/",
      "/",
    ]);
  });

  for (const [message, fault] of [
    [{}, /"payload" is missing/],
    [{ payload: 1, deadline: "soon" }, /"deadline" must be milliseconds/],
  ] as const) {
    it(`is refused where it is ${JSON.stringify(message)}`, () => {
      should(() => queuedMessage(message, 7, null)).throw(RangeError, { message: fault });
    });
  }
});
