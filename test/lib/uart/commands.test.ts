/** Commands of both generations, byte for byte (PROTOCOLS 1.2, 1.3). */
import should from "should";
import { encodeCommand, type Generation, type MeshCommand } from "../../../lib/uart/commands.ts";
import { DataTypeTable } from "../../../lib/uart/data-types.ts";
import { encodeFrame } from "../../../lib/uart/frame.ts";

const types = new DataTypeTable();
const GPS = { longitude: 19.7121, latitude: 39.45 };

const COMMANDS: readonly [string, Generation, MeshCommand, string][] = [
  ["a message", 1, { address: 5, type: "message", payload: "A" }, "SEND-\x00\x05\x01A\n"],
  ["a message", 2, { address: 0x105, type: "message", payload: "A" }, "SEND-\x01\x05A"],
  ["a message in UTF-8", 1, { address: 5, type: "message", payload: "°" }, "SEND-\x00\x05\x02\xc2\xb0\n"],
  ["a message of bytes", 1, { address: 5, type: "message", payload: Buffer.of(1, 255) }, "SEND-\x00\x05\x02\x01\xff\n"],
  ["a message that is a number", 1, { address: 5, type: "message", payload: 12 }, "SEND-\x00\x05\x0212\n"],
  ["an empty message", 1, { address: 5, type: "message", payload: "" }, "SEND-\x00\x05\x00\n"],
  ["a message by the module's own word", 1, { address: 5, type: "SEND-", payload: "A" }, "SEND-\x00\x05\x01A\n"],
  [
    "a message with a command inside",
    1,
    { address: 5, type: "message", payload: "\nNINFO\n" },
    "SEND-\x00\x05\x07\nNINFO\n\n",
  ],
  [
    "a value of a defined type",
    1,
    { address: 5, type: "GPS", payload: GPS },
    "SEND-\x00\x05\x06\x01\x02\x03\x04\x05\x06\n",
  ],
  ["a value of a defined type", 2, { address: 5, type: "GPS", payload: GPS }, "SEND-\x00\x05\x01\x02\x03\x04\x05\x06"],
  ["a reply", 1, { address: 5, type: "reply", payload: "A" }, "\x00\x05<R>A"],
  ["a reply", 2, { address: 5, type: "reply", payload: "A" }, "\x00\x05<R>A"],
  ["the question for the network", 1, { type: "network", payload: undefined }, "NINFO\n"],
  ["the question for the network", 2, { type: "network", payload: "" }, "NINFO"],
  ["a message to be acknowledged", 2, { address: 5, type: "acknowledged-message", payload: "A" }, "SENDI\x00\x05A"],
  ["a broadcast", 2, { address: 5, type: "broadcast", payload: "A" }, "BCAST\x00\x00A"],
  ["a root reset", 2, { type: "root-reset", payload: null }, "RST-R"],
  ["a clean", 2, { type: "CLEAN", payload: null }, "CLEAN"],
  ["bytes verbatim", 1, { type: "verbatim", payload: Buffer.from("ANY-5x") }, "ANY-5x"],
];

describe("encodeCommand", () => {
  for (const [name, generation, command, wire] of COMMANDS) {
    it(`writes ${name} for generation ${generation}`, () => {
      encodeCommand(command, generation, types).toString("latin1").should.equal(wire);
    });
  }

  it("makes, with a frame around it, the bytes of the example exchange (PROTOCOLS 2.4)", () => {
    const frame = encodeFrame(encodeCommand({ address: 5, type: "reply", payload: "A" }, 1, types));
    frame.toString("latin1").should.equal("\xff\x00\x05<R>A\xfe");
  });

  const WRONG: readonly [string, Generation, MeshCommand, RegExp][] = [
    ["a type nobody knows", 1, { address: 5, type: "dance", payload: "" }, /command "dance" is not known/],
    ["a message to nobody", 1, { type: "message", payload: "" }, /command "message" needs an address/],
    ["a reply to nobody", 1, { type: "reply", payload: "" }, /command "reply" needs an address/],
    ["an address out of range", 1, { address: -1, type: "message", payload: "" }, /address must be 0..65535, got -1/],
    ["a message too long", 1, { address: 5, type: "message", payload: "a".repeat(256) }, /255 bytes at most, got 256/],
    [
      "an object as a message",
      1,
      { address: 5, type: "message", payload: { a: 1 } },
      /must be text or bytes, got an object/,
    ],
    ["a command of the later generation", 1, { type: "broadcast", payload: "" }, /"broadcast" needs generation 2/],
    ["a value that does not fit its type", 1, { address: 5, type: "GPS", payload: {} }, /"GPS", field "longitude"/],
    [
      "bytes that are none",
      1,
      { type: "verbatim", payload: null },
      /command "verbatim" must be text or bytes, got null/,
    ],
  ];
  for (const [name, generation, command, message] of WRONG) {
    it(`refuses ${name}`, () => {
      should(() => encodeCommand(command, generation, types)).throw(RangeError, { message });
    });
  }
});
