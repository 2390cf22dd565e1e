/** What a browser may send as a command. */
import should from "should";
import { readBrowserCommand } from "../../../lib/commands/browser-command.ts";

describe("readBrowserCommand", () => {
  const given = { device: "mesh/5", type: "message" };

  it("takes device, type, payload and deadline, and nothing else", () => {
    should(readBrowserCommand({ ...given, payload: { a: [1] }, deadline: 7, user: "root", id: "x" })).deepEqual({
      ...{ ...given, payload: { a: [1] }, deadline: 7 },
    });
    should(readBrowserCommand({ ...given, deadline: null })).deepEqual({ ...given, payload: null });
  });

  for (const [body, fault] of [
    [null, /must be an object/],
    [[given], /must be an object/],
    ["go", /must be an object/],
    [{ type: "message" }, /"device" must be/],
    [{ device: "mesh/../5", type: "message" }, /"device" must be/],
    [{ device: "mesh/5", type: "" }, /"type" must be/],
    [{ ...given, deadline: "soon" }, /"deadline" must be milliseconds since 1970/],
  ] as const) {
    it(`names what is wrong in ${JSON.stringify(body)}`, () => {
      should(() => readBrowserCommand(body)).throw(RangeError, { message: fault });
    });
  }
});
