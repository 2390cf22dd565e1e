/** The edge's header and its Arduino sketch, compiled for this machine: their frames are ours, and ours are theirs. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { Random } from "../../lib/simulators/random.ts";
import { encodeCommand } from "../../lib/uart/commands.ts";
import { DataTypeTable } from "../../lib/uart/data-types.ts";
import { encodeFrame } from "../../lib/uart/frame.ts";
import { FrameDecoder } from "../../lib/uart/frame-decoder.ts";
import { decodeMessage, type MeshReading } from "../../lib/uart/messages.ts";
import { describeWith, programMissing } from "../support/needs.ts";

const EDGE = "programs/gatehouse_edge";
const WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=undefined"];
/** As the header has it. */
const MAX_PAYLOAD = 128;
const TYPES = new DataTypeTable([
  { name: "BAT", id: 2, length: 2, fields: [{ name: "voltage", type: "u16le", scale: 0.001, unit: "V" }] },
]);

function framesOf(bytes: Buffer, maxPayloadBytes = 4096): { frames: Buffer[]; drops: number } {
  const frames: Buffer[] = [];
  let drops = 0;
  const dropped = (reason: string) => {
    if (reason !== "empty" && reason !== "noise") drops++;
  };
  const decoder = new FrameDecoder(
    { frame: (payload) => frames.push(Buffer.from(payload)), dropped, noise: () => {} },
    { maxPayloadBytes },
  );
  decoder.receive(bytes);
  return { frames, drops };
}

function readingsOf(bytes: Buffer): MeshReading[] {
  return framesOf(bytes).frames.flatMap((payload) => {
    const result = decodeMessage(payload, "type3", TYPES);
    if ("dropped" in result) throw new Error(result.detail);
    return result.readings;
  });
}

/** Bytes that are special now and then, so that every fault of a frame comes up. */
function badStream(random: Random, length: number): Buffer {
  const special = [0xff, 0xfe, 0xfa, 0x00, 0x05, 0xfb];
  return Buffer.from(
    Array.from({ length }, () => (random.chance(0.3) ? special[random.below(special.length)]! : random.below(256))),
  );
}

describeWith("the edge in C", programMissing("gcc"), () => {
  let folder: string;
  let program: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-edge-"));
    program = join(folder, "edge-frames");
    execFileSync("gcc", ["-std=c99", ...WARNINGS, "-I", EDGE, "-o", program, "test/programs/edge-frames.c"]);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("writes frames that the gateway reads, whatever their bytes", () => {
    const [low, high, position, message, request] = readingsOf(execFileSync(program));
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    should(Buffer.concat([low!.raw, high!.raw])).deepEqual(all);
    should(low!.address).equal(0xfeff);
    should(position!.value).deepEqual({ longitude: -0.0001, latitude: 838.8607 });
    should([message!.address, message!.type, message!.value]).deepEqual([5, "message", "hello"]);
    should([request!.address, request!.type, request!.value]).deepEqual([5, "request", "Robot"]);
  });

  it("reads frames as the gateway does, and drops as many, on any stream of bytes", () => {
    const random = new Random(7);
    const stream = Buffer.concat(
      Array.from({ length: 2000 }, () =>
        random.chance(0.5)
          ? badStream(random, random.below(40))
          : encodeFrame(badStream(random, 1 + random.below(150))),
      ),
    );
    const lines = execFileSync(program, ["read"], { input: stream, encoding: "utf8" }).trim().split("\n");
    const expected = framesOf(stream, MAX_PAYLOAD);
    should(lines.slice(0, -1)).deepEqual(expected.frames.map((payload) => payload.toString("hex")));
    should(lines.at(-1)).equal(`dropped ${expected.drops}`);
    should(expected.frames.length).be.above(500);
  });
});

describeWith("the edge's Arduino sketch", programMissing("g++"), () => {
  let folder: string;
  let program: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-sketch-"));
    program = join(folder, "sketch");
    const sketch = ["-x", "c++", `${EDGE}/gatehouse_edge.ino`, "-x", "none", "test/programs/arduino/host.cpp"];
    const include = ["-include", "Arduino.h", "-I", "test/programs/arduino", "-I", EDGE];
    execFileSync("g++", ["-std=c++11", ...WARNINGS, ...include, "-o", program, ...sketch]);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("tells its position and battery once a second, and asks a question now and then", () => {
    const readings = readingsOf(execFileSync(program, { input: "" }));
    should(readings.filter(({ type }) => type === "GPS").length).equal(12);
    should(readings[0]!.value).deepEqual({ longitude: 121.4567, latitude: 25.1234 });
    should(readings[1]!.value).deepEqual({ voltage: 3.695 });
    should(readings.filter(({ type }) => type === "request").map(({ value }) => value)).deepEqual(["Robot"]);
  });

  it("answers messages to itself, and replies to its question, with their text", () => {
    const commands: [number, string, string][] = [
      [5, "message", "hello"],
      [6, "message", "for another"],
      [5, "reply", "A"],
    ];
    const input = commands.map(([address, type, payload]) =>
      encodeFrame(encodeCommand({ address, type, payload }, 1, TYPES)),
    );
    const readings = readingsOf(execFileSync(program, { input: Buffer.concat(input) }));
    should(readings.filter(({ type }) => type === "message").map(({ value }) => value)).deepEqual(["hello", "A"]);
  });
});
