/** Pushes to a listening connection: requests of nodes, and messages as they stand on the serial line. */
import should from "should";
import { fitsPush, type Push, readPush, splitPushes } from "../../../lib/mesh-client/pushes.ts";

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const split = (text: string) => [...splitPushes(bytes(text))].map((part) => Buffer.from(part).toString("latin1"));
const read = (text: string): Partial<Push> | null => {
  const push = readPush(bytes(text));
  return push && { type: push.type, opcode: push.opcode, address: push.address, text: push.text };
};

describe("pushes of a mesh gateway", () => {
  const rows: readonly [string, string, Partial<Push>][] = [
    [
      "a request, its address little-endian",
      "[REQ]\x05\x01Robot",
      { type: "request", opcode: "[REQ]", address: 261, text: "Robot" },
    ],
    ["a request of nothing", "[REQ]\x05\x00", { type: "request", opcode: "[REQ]", address: 5, text: "" }],
    [
      "a message of three characters",
      "\x00\x05[M]\x05hello",
      { type: "message", opcode: "[M]", address: 5, text: "hello" },
    ],
    ["an echo", "\x01\x05Ehi", { type: "echo", opcode: "E", address: 261, text: "hi" }],
    ["an ack", "\x00\x05A", { type: "ack", opcode: "A", address: 5, text: "" }],
    ["an opcode that nobody knows", "\x00\x05\x7fhi", { type: "unknown", opcode: "\x7f", address: 5, text: "hi" }],
  ];
  for (const [title, wire, expected] of rows) {
    it(`are read: ${title}`, () => should(read(wire)).deepEqual(expected));
  }

  it("that are too short are none", () => {
    for (const wire of ["", "\x00", "\x00\x05", "[REQ]", "[REQ]\x05", "\x00\x05[M"]) should(read(wire)).be.null();
  });

  it("that TCP joined are told apart", () => {
    should(split("[REQ]\x05\x00a[REQ]\x06\x00[REQ]\x07\x00c")).deepEqual([
      "[REQ]\x05\x00a",
      "[REQ]\x06\x00",
      "[REQ]\x07\x00c",
    ]);
    should(split("\x00\x05Ea[REQ]\x05\x00")).deepEqual(["\x00\x05Ea", "[REQ]\x05\x00"]);
    should(split("")).deepEqual([]);
  });

  it("fit a type, an opcode, or everything", () => {
    const echo = readPush(bytes("\x00\x05Ehi"))!;
    for (const wanted of ["echo", "E", 0x45, "*"]) should(fitsPush(echo, wanted)).be.true();
    for (const wanted of ["ack", "A", 0x41, ""]) should(fitsPush(echo, wanted)).be.false();
    const request = readPush(bytes("[REQ]\x05\x00Robot"))!;
    should(fitsPush(request, "request")).be.true();
    should(fitsPush(request, 0x5b)).be.false();
  });
});
