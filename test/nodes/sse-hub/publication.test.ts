/** What a message tells browsers. */
import should from "should";
import { readPublications } from "../../../nodes/sse-hub/publication.ts";

type Message = Parameters<typeof readPublications>[0];

function read(message: object): unknown[] {
  return [...readPublications(message as Message, 5000)];
}

describe("publications of a message", () => {
  const gps = { topic: "mesh/5/GPS", device: "mesh/5", type: "GPS", value: 1, time: 5000 };

  it("are one reading, by topic or by device and type", () => {
    read({ topic: "mesh/5/GPS", payload: 1 }).should.deepEqual([gps]);
    read({ device: "mesh/5", type: "GPS", payload: 1, time: 7, cursor: "e-1" }).should.deepEqual([
      { ...gps, time: 7, cursor: "e-1" },
    ]);
  });

  it("are each reading of an array", () => {
    const payload = [
      { topic: "mesh/5/GPS", payload: 1 },
      { device: "mesh/6", type: "n", payload: 2, time: 8 },
    ];
    read({ topic: "anything", payload }).should.deepEqual([
      gps,
      { topic: "mesh/6/n", device: "mesh/6", type: "n", value: 2, time: 8 },
    ]);
  });

  it("keep an array that is the value of one reading", () => {
    read({ topic: "mesh/5/GPS", payload: [1, 2] }).should.deepEqual([{ ...gps, value: [1, 2] }]);
    read({ device: "mesh/5", type: "GPS", payload: [{ payload: 1 }] }).should.have.length(1);
  });

  it("are no reading below $live, and may have any name there", () => {
    read({ topic: "$live/mesh/monitor", payload: 1 }).should.deepEqual([
      { topic: "$live/mesh/monitor", device: "$live/mesh", type: "monitor", value: 1, time: 5000 },
    ]);
  });

  const wrong: readonly [string, object, RegExp][] = [
    ["a live name of more levels", { topic: "$live/mesh/5/GPS", payload: 1 }, /"topic" must be \$live/],
    ["an outbox", { topic: "$out/mesh/5", payload: 1 }, /"device"/],
    ["no names", { payload: 1 }, /"topic".*missing/],
    ["no payload", { topic: "mesh/5/GPS" }, /"payload" is missing/],
    ["a device without an address", { topic: "mesh/GPS", payload: 1 }, /"device"/],
    ["a type with a space", { device: "mesh/5", type: "a b", payload: 1 }, /"type"/],
    ["a wildcard", { topic: "mesh/+/GPS", payload: 1 }, /"device"/],
    ["a cursor that is none", { topic: "mesh/5/GPS", payload: 1, cursor: 'x"}\n\nid: e-9' }, /"cursor"/],
    ["a cursor that is no text", { topic: "mesh/5/GPS", payload: 1, cursor: 7 }, /"cursor"/],
    ["a wrong cursor in an array", { payload: [{ topic: "mesh/5/GPS", payload: 1, cursor: "e-1\n" }] }, /"cursor"/],
    ["a time that is text", { topic: "mesh/5/GPS", payload: 1, time: "1}\n\n" }, /"time"/],
    ["no time", { topic: "mesh/5/GPS", payload: 1, time: "now" }, /"time"/],
  ];
  for (const [title, message, expected] of wrong) {
    it(`refuse ${title} by name`, () => should(() => read(message)).throw(RangeError, { message: expected }));
  }
});
