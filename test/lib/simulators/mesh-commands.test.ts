import should from "should";
import { readCommand } from "../../../lib/simulators/mesh-commands.ts";

const COMMANDS = [
  {
    name: "a message of the first generation",
    generation: 1,
    wire: "SEND-\x00\x05\x02hi\n",
    word: "SEND-",
    address: 5,
    message: "hi",
  },
  {
    name: "a line feed in a message",
    generation: 1,
    wire: "SEND-\x01\x00\x03a\nb\n",
    word: "SEND-",
    address: 256,
    message: "a\nb",
  },
  {
    name: "a message of the later generation",
    generation: 2,
    wire: "SEND-\x00\x05hi",
    word: "SEND-",
    address: 5,
    message: "hi",
  },
  { name: "a broadcast", generation: 2, wire: "BCAST\x00\x00hi", word: "BCAST", address: 0, message: "hi" },
  { name: "a reply to a request", generation: 1, wire: "\x00\x05<R>A", word: "<R>", address: 5, message: "A" },
  { name: "a question for the network", generation: 1, wire: "NINFO\n", word: "NINFO", address: null, message: "\n" },
  { name: "a reset", generation: 2, wire: "RST-R", word: "RST-R", address: null, message: "" },
] as const;

const WRONG = [
  "",
  "SEN",
  "SEND-",
  "SEND-\x00",
  "SEND-\x00\x05",
  "SEND-\x00\x05\x03hi\n",
  "SEND-\x00\x05\x01hi\n",
  "\x01\x02\x03\x04\x05",
];

describe("commands that a simulated module receives", () => {
  for (const { name, generation, wire, word, address, message } of COMMANDS) {
    it(`reads ${name}`, () => {
      const command = readCommand(Buffer.from(wire, "latin1"), generation);
      should(command).deepEqual({ word, address, message: Buffer.from(message) });
    });
  }

  it("takes nothing else for a command", () => {
    for (const wire of WRONG) should(readCommand(Buffer.from(wire, "latin1"), 1)).equal(null);
  });
});
