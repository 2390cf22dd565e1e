/** Requests of client programs: each stands here with its bytes. */
import should from "should";
import {
  encodeCommand,
  encodeGet,
  encodeLog,
  encodeReply,
  encodeRobots,
  encodeSend,
  NODE_COUNT,
  NODE_STATUS,
  SYN,
} from "../../../lib/mesh-client/requests.ts";

const wire = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

describe("requests to a mesh gateway", () => {
  const rows: readonly [string, Uint8Array, string][] = [
    ["the greeting", SYN, "[syn]\0"],
    ["a value of a node", encodeGet("GPS", 5, 1), "[GET]\x00\x05GPS"],
    ["a value of every node, first generation", encodeGet("GPS", null, 1), "[GET]\x00\xffGPS"],
    ["a value of every node, later generation", encodeGet("GPS", null, 2), "[GET]\x00\x00GPS"],
    ["a value by its id", encodeGet(1, 0x1234, 2), "[GET]\x12\x34\x01"],
    ["a message, first generation", encodeSend(5, "a\nb", 1), "[CMD]SEND-\x00\x05\x03a\nb\n"],
    ["a message, later generation", encodeSend(5, Uint8Array.of(0, 255), 2), "SEND-\x00\x05\x00\xff"],
    ["a reply", encodeReply(5, "A"), "[REQ]\x00\x05A"],
    ["a command, first generation", encodeCommand("NINFO\n", 1), "[CMD]NINFO\n"],
    ["a command, later generation", encodeCommand("CLEAN", 2), "CLEAN"],
    ["a line of the log", encodeLog("hé"), "W-LOGh\xc3\xa9"],
    ["robots", encodeRobots([{ name: "r1" }]), 'W-RBT[{"name":"r1"}]'],
    ["how many nodes", NODE_COUNT, "ACT-C"],
    ["the state of the nodes", NODE_STATUS, "NSTAT"],
  ];
  for (const [title, bytes, expected] of rows) {
    it(`write ${title}`, () => should(wire(bytes)).equal(expected));
  }

  const wrong: readonly [string, () => unknown, RegExp][] = [
    ["an address beyond two bytes", () => encodeGet("GPS", 65_536, 1), /"address" must be 0..65535/],
    ["a type that has not three characters", () => encodeGet("GP", 1, 1), /three characters/],
    ["an id beyond one byte", () => encodeGet(256, 1, 2), /id of 0..255/],
    [
      "a message that the length byte cannot count",
      () => encodeSend(1, "x".repeat(256), 1),
      /255 bytes at most, got 256/,
    ],
    ["a command without its five characters", () => encodeCommand("NIN", 2), /five|5 ASCII/],
  ];
  for (const [title, act, message] of wrong) {
    it(`refuse ${title}`, () => should(act).throw(message));
  }
});
