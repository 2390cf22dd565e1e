import should from "should";
import { elementsIn } from "../../../nodes/udp-handshake/elements-in.ts";

const SPEED = { name: "Speed", data: "2" };

describe("the elements in a message", () => {
  for (const [what, message, elements] of [
    ["a reading", { device: "solar/board", type: "Speed", payload: 2 }, [SPEED]],
    ["a reading of a percent-encoded type", { type: "O2%25", payload: true }, [{ name: "O2%", data: "true" }]],
    ["a reading that is a list", { device: "a/b", type: "T", payload: [1, 2] }, [{ name: "T", data: "[1,2]" }]],
    ["a reading that is an object", { type: "T", payload: { a: 1 } }, [{ name: "T", data: '{"a":1}' }]],
    ["a reading of bytes", { type: "T", payload: Buffer.from([1]) }, [{ name: "T", data: '{"base64":"AQ=="}' }]],
    ["an element", { type: "other", payload: { Element: "Speed", Data: "2" } }, [SPEED]],
    ["an element as text", { payload: '{"Element":"Speed","Data":"2"}' }, [SPEED]],
    ["a list of readings", { payload: [{ device: "a/b", type: "Speed", payload: "2" }] }, [SPEED]],
    [
      "a list of elements",
      { payload: [{ Element: "Speed", Data: 2 }, '{"Element":"Speed","Data":2}'] },
      [SPEED, SPEED],
    ],
    ["an empty list", { payload: [] }, []],
  ] as const) {
    it(`are found in ${what}`, () => {
      should(elementsIn(message as never)).deepEqual({ elements, faults: [] });
    });
  }

  for (const [message, fault] of [
    [{}, /"type" is missing/],
    [{ type: "", payload: 2 }, /"type" is missing/],
    [{ type: "Speed" }, /"payload" is missing/],
    [{ payload: { Element: "", Data: 2 } }, /"type" is missing/],
    [{ payload: [{ type: "Speed" }] }, /"payload" is missing/],
    [{ payload: ["x"] }, /"type" is missing/],
  ] as const) {
    it(`are missed in ${JSON.stringify(message)}`, () => {
      const { elements, faults } = elementsIn(message as never);
      should(elements).be.empty();
      should(faults.map(({ message }) => message)).match([fault]);
    });
  }

  it("are found beside items that are none", () => {
    const payload = [{ type: "Speed", payload: 2 }, "x", { Element: "Speed", Data: "2" }];
    const { elements, faults } = elementsIn({ payload });
    should(elements).deepEqual([SPEED, SPEED]);
    should(faults).have.length(1);
  });
});
