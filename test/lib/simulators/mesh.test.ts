import should from "should";
import { type MeshEvent, type MeshOptions, MeshSimulator } from "../../../lib/simulators/mesh.ts";
import { MESH_TYPES } from "../../../lib/simulators/mesh-types.ts";
import { encodeCommand, type MeshCommand } from "../../../lib/uart/commands.ts";
import { DataTypeTable } from "../../../lib/uart/data-types.ts";
import { encodeFrame } from "../../../lib/uart/frame.ts";
import { FrameDecoder } from "../../../lib/uart/frame-decoder.ts";
import { decodeMessage, type MeshReading } from "../../../lib/uart/messages.ts";

const TYPES = new DataTypeTable(MESH_TYPES);
const PLAIN: MeshOptions = {
  nodes: 5,
  rate: 1,
  loss: 0,
  corruption: 0,
  cuts: 0,
  restarts: 0,
  requests: 0,
  seed: 1,
  generation: 1,
  crc: false,
};

/** Lets the clock run to `until`, and gives all that happened. */
function run(simulator: MeshSimulator, until: number): MeshEvent[] {
  const events: MeshEvent[] = [];
  for (;;) {
    const next = simulator.nextDeadline();
    if (next === null || next > until) return events;
    events.push(...simulator.handleTimer(next));
  }
}

function bytesOf(events: readonly MeshEvent[]): Buffer {
  return Buffer.concat(events.flatMap((event) => (event.type === "bytes" ? [event.bytes] : [])));
}

function decode(bytes: Buffer): { readings: MeshReading[]; noise: string[]; drops: string[] } {
  const found = { readings: [] as MeshReading[], noise: [] as string[], drops: [] as string[] };
  const decoder = new FrameDecoder({
    frame(payload) {
      const result = decodeMessage(payload, "auto", TYPES);
      if ("readings" in result) found.readings.push(...result.readings);
      else found.drops.push(result.dropped);
    },
    dropped: (reason) => found.drops.push(reason),
    noise: (line) => found.noise.push(line),
  });
  decoder.receive(bytes);
  return found;
}

function framed(command: MeshCommand, generation: 1 | 2 = 1): Buffer {
  return encodeFrame(encodeCommand(command, generation, TYPES));
}

describe("mesh simulator", () => {
  it("sends four types of five nodes once a second", () => {
    const { readings, drops } = decode(bytesOf(run(new MeshSimulator(PLAIN, 0), 10_000)));
    drops.should.deepEqual([]);
    readings.should.have.length(5 * 4 * 10);
    new Set(readings.map(({ address }) => address)).should.deepEqual(new Set([1, 2, 3, 4, 5]));
    readings
      .slice(0, 4)
      .map(({ type }) => type)
      .should.deepEqual(["GPS", "BAT", "SPD", "AUX"]);
  });

  it("keeps its values near the track, in the range of a battery and of a vehicle", () => {
    const { readings } = decode(bytesOf(run(new MeshSimulator(PLAIN, 0), 600_000)));
    for (const { type, value } of readings) {
      const number = value as Record<string, number>;
      if (type === "GPS") {
        number.longitude!.should.be.within(9.98, 10.02);
        number.latitude!.should.be.within(49.99, 50.01);
      }
      if (type === "BAT") number.voltage!.should.be.within(3.35, 4.15);
      if (type === "SPD") number.speed!.should.be.within(8, 20);
      if (type === "AUX") should(value).be.instanceof(Buffer);
    }
  });

  it("moves every node", () => {
    const { readings } = decode(bytesOf(run(new MeshSimulator(PLAIN, 0), 60_000)));
    for (const address of [1, 2, 3, 4, 5]) {
      const places = readings.filter((reading) => reading.address === address && reading.type === "GPS");
      new Set(places.map(({ raw }) => raw.toString("hex"))).size.should.be.above(30);
    }
  });

  it("is the same again with the same seed, and another with another", () => {
    const bad = { ...PLAIN, loss: 0.2, corruption: 0.2, cuts: 0.2, restarts: 3 };
    const first = bytesOf(run(new MeshSimulator(bad, 0), 60_000));
    bytesOf(run(new MeshSimulator(bad, 0), 60_000))
      .equals(first)
      .should.equal(true);
    bytesOf(run(new MeshSimulator({ ...bad, seed: 2 }, 0), 60_000))
      .equals(first)
      .should.equal(false);
  });

  it("counts what the bad wire did: made = sent + lost", () => {
    const simulator = new MeshSimulator({ ...PLAIN, rate: 100, loss: 0.1, corruption: 0.2, cuts: 0.3 }, 0);
    const sent = run(simulator, 10_000).filter(({ type }) => type === "bytes").length;
    const { counts } = simulator;
    counts.made.should.equal(5000);
    counts.made.should.equal(counts.sent + counts.lost);
    sent.should.equal(counts.sent);
    counts.lost.should.be.within(400, 600);
    counts.corrupted.should.be.within(800, 1000);
    counts.cut.should.be.within(1200, 1500);
  });

  it("restarts about as often as it is told, with text on the line and silence", () => {
    const simulator = new MeshSimulator({ ...PLAIN, restarts: 10 }, 0);
    const events = run(simulator, 600_000);
    simulator.counts.restarts.should.be.within(60, 110);
    events.filter(({ type }) => type === "restarted").length.should.equal(simulator.counts.restarts);
    const { noise, drops } = decode(bytesOf(events));
    noise.should.matchAny(/power-on reset/);
    drops.should.deepEqual([]);
  });

  it("does not hear while it restarts", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    simulator.restart(0);
    const command = framed({ address: 2, type: "message", payload: "hello" });
    simulator.receive(command, 10).should.deepEqual([]);
    simulator.counts.deafBytes.should.equal(command.length);
    run(simulator, 2000);
    simulator.receive(command, 2000).should.have.length(2);
  });

  it("answers a message with its text, from the node it was for", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    const events = simulator.receive(framed({ address: 2, type: "message", payload: "a\nb" }), 0);
    events[0]!.should.have.property("type", "command");
    const { readings } = decode(bytesOf(events));
    readings
      .map(({ address, type, value }) => ({ address, type, value }))
      .should.deepEqual([{ address: 2, type: "message", value: "a\nb" }]);
  });

  it("does not answer for a node that is not there", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    bytesOf(simulator.receive(framed({ address: 9, type: "message", payload: "x" }), 0)).should.have.length(0);
    simulator.counts.commands.should.equal(1);
  });

  it("prints its nodes when it is asked for the network", () => {
    const simulator = new MeshSimulator({ ...PLAIN, nodes: 3 }, 0);
    const events = simulator.receive(framed({ type: "network", payload: null }), 0);
    decode(bytesOf(events)).noise.should.deepEqual(["module: 3 nodes: 1 2 3"]);
  });

  it("sends a question back as a request, and acknowledges where that is asked for", () => {
    const types = (generation: 1 | 2, type: string) => {
      const simulator = new MeshSimulator({ ...PLAIN, generation }, 0);
      const command = framed({ address: 2, type, payload: "there?" }, generation);
      return decode(bytesOf(simulator.receive(command, 0))).readings.map(({ address, type }) => [address, type]);
    };
    types(1, "message").should.deepEqual([[2, "request"]]);
    types(2, "message").should.deepEqual([[2, "request"]]);
    types(2, "acknowledged-message").should.deepEqual([
      [2, "ack"],
      [2, "request"],
    ]);
  });

  it("asks questions about as often as it is told, and counts the replies", () => {
    const simulator = new MeshSimulator({ ...PLAIN, requests: 60 }, 0);
    const { readings } = decode(bytesOf(run(simulator, 60_000)));
    const questions = readings.filter(({ type }) => type === "request");
    questions.length.should.be.within(40, 80);
    const [first] = questions;
    first!.value!.should.equal("question 1");
    const reply = framed({ address: first!.address, type: "reply", payload: "A" });
    simulator.receive(reply, 60_000);
    simulator.receive(reply, 60_000);
    simulator.counts.should.have.properties({ asked: questions.length, answered: 1, unasked: 1 });
  });

  it("tells the uuid of each node of the later generation: when it comes up, and when it is asked", () => {
    const simulator = new MeshSimulator({ ...PLAIN, nodes: 3, generation: 2 }, 0);
    const uuids = (events: readonly MeshEvent[]) =>
      decode(bytesOf(events))
        .readings.filter(({ type }) => type === "connected")
        .map(({ address, value }) => [address, value]);
    const first = uuids(run(simulator, 5_000));
    first.map(([address]) => address).should.deepEqual([1, 2, 3]);
    new Set(first.map(([, uuid]) => uuid)).size.should.equal(3);
    uuids(simulator.receive(framed({ type: "network", payload: null }, 2), 5_000)).should.deepEqual(first);
    simulator.restart(5_000);
    uuids(run(simulator, 10_000)).should.deepEqual(first);
  });

  it("speaks the later generation", () => {
    const simulator = new MeshSimulator({ ...PLAIN, nodes: 2, generation: 2 }, 0);
    const { readings } = decode(bytesOf(run(simulator, 1000)));
    const told = ["connected", "GPS", "BAT", "SPD"];
    readings.map(({ type }) => type).should.deepEqual([...told, ...told]);
    const echoes = simulator.receive(framed({ type: "broadcast", payload: "all" }, 2), 1000);
    decode(bytesOf(echoes))
      .readings.map(({ address, value }) => [address, value])
      .should.deepEqual([
        [1, "all"],
        [2, "all"],
      ]);
    simulator.receive(framed({ type: "root-reset", payload: null }, 2), 1000);
    simulator.counts.restarts.should.equal(1);
  });

  it("is silent when stopped, and goes on without catching up", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    simulator.run(false, 0);
    should(simulator.nextDeadline()).equal(null);
    simulator.run(true, 60_000);
    decode(bytesOf(run(simulator, 61_000))).readings.should.have.length(20);
  });

  it("does not make up for what a stopped process missed", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    simulator.handleTimer(3_600_000).should.have.length(5);
    simulator.nextDeadline()!.should.equal(3_601_000);
  });

  it("turns its dials while it runs", () => {
    const simulator = new MeshSimulator(PLAIN, 0);
    simulator.turn({ nodes: 2, rate: 10 }, 0);
    decode(bytesOf(run(simulator, 1000))).readings.should.have.length(2 * 10 * 4);
  });
});
