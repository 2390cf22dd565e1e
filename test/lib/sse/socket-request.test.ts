/** What a browser may send over its WebSocket. */
import should from "should";
import { MAX_FILTERS } from "../../../lib/sse/request.ts";
import { readSocketRequest } from "../../../lib/sse/socket-request.ts";

describe("a frame of a browser", () => {
  const subscribe = (more: object) => ({ type: "subscribe", after: null, latest: false, filters: ["#"], ...more });
  const command = { device: "mesh/5", type: "message", payload: 1 };
  for (const [frame, expected] of [
    [{ subscribe: ["#"] }, subscribe({})],
    [{ subscribe: ["mesh/+/GPS", "a", "a"] }, subscribe({ filters: ["mesh/+/GPS", "a"] })],
    [{ subscribe: [] }, subscribe({ filters: [] })],
    [{ subscribe: ["#"], latest: true }, subscribe({ latest: true })],
    [{ subscribe: ["#"], latest: true, after: "e-7" }, subscribe({ after: "e-7" })],
    [command, { type: "command", body: command, ref: null }],
    [
      { ...command, ref: 7 },
      { type: "command", body: { ...command, ref: 7 }, ref: 7 },
    ],
    [
      { command, ref: "x" },
      { type: "command", body: command, ref: "x" },
    ],
    [
      { command: 7, ref: {} },
      { type: "command", body: 7, ref: null },
    ],
  ] as const) {
    it(`is read: ${JSON.stringify(frame)}`, () => should(readSocketRequest(JSON.stringify(frame))).deepEqual(expected));
  }

  for (const [text, fault] of [
    ["", /no JSON that is taken: malformed/],
    ["7", /must be an object/],
    ["[]", /must be an object/],
    ["{}", /must have "subscribe"/],
    ['{"__proto__":1,"subscribe":["#"]}', /forbidden-name/],
    ['{"subscribe":"#"}', /must be a list of topic filters/],
    ['{"subscribe":[7]}', /must be a list/],
    ['{"subscribe":["a#"]}', /stand alone/],
    ['{"subscribe":["$out/mesh/+"]}', /must not begin with \$/],
    [JSON.stringify({ subscribe: Array.from({ length: MAX_FILTERS + 1 }, (_, n) => `t${n}`) }), /64 topic filters/],
    ['{"subscribe":["#"],"after":"yesterday"}', /"after" must be a cursor/],
    ['{"subscribe":["#"],"after":7}', /"after" must be a cursor/],
  ] as const) {
    it(`is refused: ${text.slice(0, 60)}`, () => {
      should(() => readSocketRequest(text)).throw(RangeError, { message: fault });
    });
  }
});
