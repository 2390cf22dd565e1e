/** What makes a message a command, and what an outbox gives back of it. */
import should from "should";
import {
  type Command,
  type CommandMessage,
  commandIn,
  isExpired,
  outboxFilter,
  outboxOf,
  outcomeKey,
  outcomeOf,
  readCommand,
  toReading,
} from "../../../lib/commands/command.ts";
import { compileFilter } from "../../../lib/store/topic.ts";

const mint = () => "minted";

describe("readCommand", () => {
  const given = { device: "mesh/5", type: "message" };
  for (const [message, expected] of [
    [given, { ...given, payload: null, id: "minted" }],
    [
      { ...given, payload: "go", id: "a-1", deadline: 7, user: "ann", colour: "red" },
      { ...given, payload: "go", id: "a-1", deadline: 7, user: "ann" },
    ],
    [
      { ...given, payload: 0, id: "", user: "" },
      { ...given, payload: 0, id: "minted" },
    ],
  ] as [CommandMessage, Omit<Command, "origin">][]) {
    it(`takes ${JSON.stringify(message)}`, () => {
      should(readCommand(message, "o", mint)).deepEqual({ ...expected, origin: "o" });
    });
  }

  for (const [message, fault] of [
    [{ type: "message" }, /"device" must be <network>\/<address>.* got nothing/],
    [{ device: "mesh", type: "message" }, /"device" must be/],
    [{ device: "mesh/5" }, /"type" must be .* got nothing/],
    [{ ...given, type: "a b" }, /"type" must be/],
    [{ ...given, id: "a b" }, /"id" must be 1..64 letters, digits or . _ : -, got "a b"/],
    [{ ...given, id: 7 }, /"id" must be .* got a value of type number/],
    [{ ...given, deadline: "soon" }, /"deadline" must be milliseconds since 1970, got "soon"/],
    [{ ...given, deadline: Number.NaN }, /"deadline" must be/],
    [{ ...given, user: { name: "ann" } }, /"user" must be text of at most 256 characters/],
  ] as [CommandMessage, RegExp][]) {
    it(`names what is wrong in ${JSON.stringify(message)}`, () => {
      should(() => readCommand(message, "o", mint)).throw(RangeError, { message: fault });
    });
  }
});

describe("an outbox's entry", () => {
  const head = { device: "mesh/5", type: "message", id: "a-1", origin: "o" };
  const entryOf = (command: Command) => ({ topic: outboxOf(command.device), cursor: "e-1", ...toReading(command, 3) });
  for (const [name, command] of [
    ["text", { ...head, payload: "go" }],
    ["nothing", { ...head, payload: null }],
    ["bytes", { ...head, payload: Buffer.from([0, 255, 254]) }],
    ["a deadline and a user", { ...head, payload: { speed: 1 }, deadline: 12, user: "ann" }],
  ] as [string, Command][]) {
    it(`gives back a command with ${name}`, () => {
      should(commandIn(entryOf(command))).deepEqual({ ...command, cursor: "e-1" });
    });
  }

  it("is no command where something else stands there", () => {
    const entry = entryOf({ ...head, payload: 1 });
    should(commandIn({ ...entry, value: 7 })).be.null();
    should(commandIn({ ...entry, value: { ...head, origin: undefined } })).be.null();
    should(commandIn({ ...entry, value: { ...head, id: undefined } })).be.null();
    should(commandIn({ ...entry, topic: "mesh/5/message" })).be.null();
  });
});

describe("names of outboxes and outcomes", () => {
  it("select the outboxes of a network's devices, and no readings", () => {
    const selects = compileFilter(outboxFilter("mesh"));
    should(["$out/mesh/5", "$out/mesh/6"].every(selects)).be.true();
    should(["$out/solar/5", "mesh/5", "$out/mesh", "mesh/5/GPS"].some(selects)).be.false();
  });

  it("keep the outcomes of an origin together", () => {
    should(outcomeKey("o", "a.b")).equal("outcome.o.a.b");
    should(outcomeKey("o", "a").startsWith(outcomeKey("o"))).be.true();
    should(outcomeKey("ox", "a").startsWith(outcomeKey("o"))).be.false();
  });

  it("cut a detail to 256 characters, and leave out an empty one", () => {
    should(outcomeOf("a", "failed", "x".repeat(300)).detail).have.length(256);
    should(outcomeOf("a", "failed", "")).deepEqual({ id: "a", state: "failed" });
  });

  it("let a command pass up to its deadline, and for ever without one", () => {
    should([isExpired({ deadline: 5 }, 5), isExpired({ deadline: 5 }, 6), isExpired({}, 1e15)]).deepEqual([
      false,
      true,
      false,
    ]);
  });
});
