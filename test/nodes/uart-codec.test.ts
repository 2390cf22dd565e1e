/** uart-codec in a Node-RED runtime. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Node, NodeMessage } from "node-red";
import should from "should";
import { MESH_TYPES } from "../../lib/simulators/mesh-types.ts";
import { encodeFrame } from "../../lib/uart/frame.ts";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import registerCodec from "../../nodes/uart-codec.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { CATCH, deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const NODES = [registerProbe, registerCodec, CATCH];
/** The exchange of PROTOCOLS 2.4. */
const GPS = Buffer.from("ff00055b445d0147505306010203040506fe", "hex");

const bytes = (text: string) => Buffer.from(text, "latin1");

interface Caught {
  readonly error: { readonly message: string };
}

function load(options: object): Promise<void> {
  return deploy(NODES, [
    { id: "tab", type: "tab" },
    {
      id: "codec",
      z: "tab",
      x: 0,
      y: 0,
      type: "uart-codec",
      wires: [["first"], ["second"]],
      types: MESH_TYPES,
      ...options,
    },
    { id: "first", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "second", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["codec"], wires: [["caught"]] },
    { id: "caught", z: "tab", x: 0, y: 0, type: "probe" },
  ]);
}

function give(message: object): void {
  nodeOf("codec").receive(message as NodeMessage);
}

async function caught(): Promise<string> {
  const { error } = await messageAt<Caught>("caught");
  await new Promise((resolve) => setImmediate(resolve));
  should(messagesAt("caught")).have.length(1);
  return error.message.replace(/^\w+: /, "");
}

describe("uart-codec", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  describe("decoding", () => {
    it("makes a reading of a frame, and keeps its bytes", async () => {
      await load({ mode: "decode" });
      const before = Date.now();
      give({ payload: GPS, _session: { type: "uart", id: "p" }, mine: 1 });
      const reading = await messageAt<GatehouseMessage>("first");
      should(reading).have.properties({ device: "mesh/5", type: "GPS", topic: "mesh/5/GPS", mine: 1 });
      should(reading.payload).deepEqual({ longitude: 19.7121, latitude: 39.45 });
      should(reading.raw).deepEqual(Buffer.of(1, 2, 3, 4, 5, 6));
      should(reading.time).be.within(before, Date.now());
    });

    it("percent-encodes what a topic cannot hold of a type's name", async () => {
      await load({ mode: "decode" });
      give({ payload: encodeFrame(bytes("\x00\x05[D]\x01O2%\x01\x07")) });
      const { type, topic } = await messageAt<GatehouseMessage>("first");
      should([type, topic]).deepEqual(["O2%25", "mesh/5/O2%25"]);
    });

    it("makes the same of single bytes, for each connection alone", async () => {
      await load({ mode: "decode", network: "site" });
      for (const byte of GPS) {
        for (const id of ["a", "b"]) give({ payload: Buffer.of(byte), _session: { type: "tcp", id } });
      }
      const devices = ["a", "b"].map((id) =>
        messageAt<GatehouseMessage>("first", ({ _session }) => _session?.id === id),
      );
      should((await Promise.all(devices)).map(({ device }) => device)).deepEqual(["site/5", "site/5"]);
      should(messagesAt("first")).have.length(2);
    });

    it("sends dropped frames, and text between frames, by its second output", async () => {
      await load({ mode: "decode" });
      give({
        payload: Buffer.concat([bytes("boot ok\r\n\xff\x00\x05[D]"), GPS, bytes("\xff\x00\x05[D]\x02GPS\x06x\xfe")]),
      });
      const noise = await messageAt("second", ({ type }) => type === "noise");
      should(noise).have.properties({ topic: "mesh/noise", payload: "boot ok" });
      const restarted = await messageAt<GatehouseMessage>("second", ({ type }) => type === "dropped");
      should(restarted).have.property("topic", "mesh/dropped");
      should(restarted.payload).have.properties({ reason: "restarted", offset: 9, hex: "00055b445d" });
      const lie = await messageAt<GatehouseMessage>(
        "second",
        ({ payload }) => Reflect.get(Object(payload), "reason") === "malformed",
      );
      should(lie.payload).have.properties(["offset", "length", "hex", "detail"]);
      should(messagesAt("first")).have.length(1);
    });

    it("counts frames and drops, in its status and in the metrics", async () => {
      await load({ mode: "decode", name: "up" });
      give({ payload: Buffer.concat([GPS, bytes("\xff\xfe\xff\xfa\x41\xfe")]) });
      should((await statusOf("codec", "uart-codec.status.decoded")).fill).equal("yellow");
      const drops = collectSamples().filter(({ labels }) => labels.where === "uart-codec:up");
      should(Object.fromEntries(drops.map(({ labels, value }) => [labels.reason, value]))).deepEqual({
        empty: 1,
        "bad-escape": 1,
      });
    });

    it("sends one array for each chunk when told", async () => {
      await load({ mode: "decode", batch: "chunk" });
      give({ payload: Buffer.concat([GPS, GPS, GPS]) });
      const { payload, topic } = await messageAt<GatehouseMessage>("first");
      should(topic).equal("mesh");
      const readings = payload as GatehouseMessage[];
      should(readings.map((reading) => reading.topic)).deepEqual(["mesh/5/GPS", "mesh/5/GPS", "mesh/5/GPS"]);
      should(readings[0]!.raw).deepEqual(Buffer.of(1, 2, 3, 4, 5, 6));
    });

    it("turns to arrays while more than 5,000 readings a second come, when told", async () => {
      await load({ mode: "decode", batch: "auto" });
      const flood = Buffer.concat(Array(3000).fill(GPS));
      give({ payload: flood });
      should((await messageAt<GatehouseMessage>("first")).topic).equal("mesh/5/GPS");
      const list = new Promise<GatehouseMessage>((resolve) => {
        nodeOf<Node>("first").on(
          "input",
          (message: GatehouseMessage) => Array.isArray(message.payload) && resolve(message),
        );
      });
      let isListed = false;
      void list.then(() => {
        isListed = true;
      });
      while (!isListed) {
        // At once, so that no other work comes between them.
        for (let twice = 0; twice < 2; twice++) give({ payload: flood });
        await nextTurn();
      }
      const { payload, topic } = await list;
      should(topic).equal("mesh");
      should(payload).have.length(3000);
    });

    it("names more devices than it remembers", async () => {
      await load({ mode: "decode", batch: "chunk" });
      const addresses = [...Array(12_000).keys(), 5];
      const frames = addresses.map((address) =>
        encodeFrame(Buffer.concat([Buffer.of(address >> 8, address & 0xff), bytes("[M]\x01x")])),
      );
      give({ payload: Buffer.concat(frames) });
      const { payload } = await messageAt<GatehouseMessage>("first");
      const topics = (payload as GatehouseMessage[]).map(({ topic }) => topic);
      should(topics).deepEqual(addresses.map((address) => `mesh/${address}/message`));
    });

    it("forgets a connection that closed, and needs no word of one that opened", async () => {
      await load({ mode: "decode" });
      const _session = { type: "tcp", id: "a" };
      give({ type: "opened", payload: { device: "sim:a" }, _session });
      give({ payload: GPS.subarray(0, 8), _session });
      give({ type: "closed", payload: { device: "sim:a" }, _session });
      give({ payload: GPS.subarray(8), _session });
      give({ payload: GPS, _session });
      await messageAt("first");
      should(messagesAt("first")).have.length(1);
      should(messagesAt("caught")).have.length(0);
    });

    it("follows 64 connections, and counts those that gave way", async () => {
      await load({ mode: "decode", name: "many" });
      for (let id = 0; id <= 64; id++) give({ payload: GPS.subarray(0, 8), _session: { type: "tcp", id: String(id) } });
      give({ payload: GPS.subarray(8), _session: { type: "tcp", id: "64" } });
      await messageAt("first");
      const drops = collectSamples().filter(({ labels }) => labels.where === "uart-codec:many");
      should(drops.map(({ labels, value }) => [labels.reason, value])).deepEqual([["evicted", 1]]);
    });

    it("reports a payload that is no buffer, once", async () => {
      await load({ mode: "decode" });
      give({ payload: "text" });
      should(await caught()).equal("msg.payload must be a Buffer, got string");
    });
  });

  describe("encoding", () => {
    const COMMANDS = [
      {
        name: "a message",
        message: { device: "mesh/5", type: "message", payload: "hi" },
        wire: "\xffSEND-\x00\x05\x02hi\n\xfe",
      },
      {
        name: "a number as address",
        message: { address: 5, type: "reply", payload: "A" },
        wire: "\xff\x00\x05<R>A\xfe",
      },
      { name: "a question for the network", message: { type: "network" }, wire: "\xffNINFO\n\xfe" },
      {
        name: "a message of the later generation",
        options: { generation: "2" },
        message: { device: "mesh/5", type: "message", payload: "hi" },
        wire: "\xffSEND-\x00\x05hi\xfe",
      },
      {
        name: "readings, as an edge node",
        options: { side: "node" },
        message: { payload: [5, 5, 6].map((address) => ({ address, type: "SPD", payload: { speed: 1 } })) },
        wire: "\xff\x00\x05[D]\x02SPD\x02d\x00SPD\x02d\x00\xfe\xff\x00\x06[D]\x01SPD\x02d\x00\xfe",
      },
      {
        name: "the mark that some edge nodes append",
        options: { side: "node", endMark: true },
        message: { device: "mesh/5", type: "message", payload: "hi" },
        wire: "\xff\x00\x05[M]\x02hi[E]\xfe",
      },
    ];
    for (const { name, message, options, wire } of COMMANDS) {
      it(`writes ${name}`, async () => {
        await load({ mode: "encode", ...options });
        give(message);
        const { payload } = await messageAt<GatehouseMessage>("first");
        should((payload as Buffer).toString("latin1")).equal(wire);
      });
    }

    const WRONG = [
      {
        message: { device: "solar/5", type: "message", payload: "a" },
        says: 'msg.device is of network "solar", this codec\'s is "mesh"',
      },
      {
        message: { device: "mesh/x", type: "message", payload: "a" },
        says: "the address in msg.device must be 0..65535, got x",
      },
      { message: { address: 70_000, type: "message", payload: "a" }, says: "msg.address must be 0..65535, got 70000" },
      { message: { device: "mesh/5", payload: "a" }, says: "msg.type must be the name of a command or data type" },
      { message: { type: "message", payload: "a" }, says: 'command "message" needs an address' },
    ];
    for (const { message, says } of WRONG) {
      it(`reports, once: ${says}`, async () => {
        await load({ mode: "encode" });
        give(message);
        should(await caught()).equal(says);
        should(messagesAt("first")).have.length(0);
      });
    }
  });

  describe("with a wrong option", () => {
    const WRONG = [
      { options: { network: "a/b" }, says: '"network" must be 1..64 letters, digits or . _ : -, got a/b' },
      { options: { generation: "3" }, says: '"generation" must be one of 1, 2, got 3' },
      { options: { maxPayloadBytes: "1" }, says: '"maxPayloadBytes" must be 16..1048576, got 1' },
      {
        options: { types: [{ name: "BAT", length: "x", fields: [] }] },
        says: 'data type "BAT": length must be a number, got x',
      },
      {
        options: { types: [{ name: "BAT", length: 2, fields: [{ name: "v", type: "u9" }] }] },
        says: /^data type "BAT", field "v": type must be one of /,
      },
    ];
    for (const { options, says } of WRONG) {
      it(`is inert and names it: ${JSON.stringify(options)}`, async () => {
        await load({ mode: "decode", ...options });
        const [error] = loggedErrors();
        should(error).match(
          says instanceof RegExp ? says : new RegExp(`^${says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`),
        );
        should((await statusOf("codec", error!)).fill).equal("red");
      });
    }
  });
});
