/** json-splitter in a Node-RED runtime. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { NodeAPI } from "node-red";
import should from "should";
import registerSplitter from "../../nodes/json-splitter.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { CATCH, deploy, loggedErrors, nodeOf, unload } from "../support/runtime.ts";

const JOIN = createRequire(import.meta.url)("@node-red/nodes/core/sequence/17-split.js") as (RED: NodeAPI) => void;
const NODES = [registerProbe, registerSplitter, CATCH, JOIN];
const SOLAR = JSON.parse(readFileSync("resources/solar-controller.json", "utf8"));
const WIND = '"WINDSTAT",2,33,44';
/** Answers at once where A is 1, after a while where it is 2, and never else. */
const SLOW = [
  {
    tag: "SLOW",
    fields: [
      { kind: "number", name: "A" },
      {
        kind: "expression",
        name: "B",
        expression: "($f := function($n) { $n = 0 ? A : $f($n - 1) }; $f(A = 1 ? 0 : A = 2 ? 100 : -1))",
      },
    ],
  },
];

interface Caught {
  readonly error: { readonly message: string };
}

interface Reading {
  readonly [property: string]: unknown;
}

function load(options: object): Promise<void> {
  return deploy(NODES, [
    { id: "tab", type: "tab", label: "json-splitter" },
    {
      id: "split",
      z: "tab",
      x: 0,
      y: 0,
      type: "json-splitter",
      wires: [["readings", "join"], ["rejected"]],
      ...options,
    },
    { id: "readings", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "join", z: "tab", x: 0, y: 0, type: "join", mode: "auto", build: "object", wires: [["joined"]] },
    { id: "joined", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "rejected", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["split"], wires: [["caught"]] },
    { id: "caught", z: "tab", x: 0, y: 0, type: "probe" },
  ]);
}

function payloads(): unknown[] {
  return messagesAt<Reading>("readings").map(({ payload }) => payload);
}

function dropped(): Record<string, number> {
  const samples = collectSamples().filter(({ name }) => name === "gatehouse_dropped_total");
  return Object.fromEntries(samples.map(({ labels, value }) => [labels.reason!, value]));
}

describe("json-splitter", () => {
  afterEach(unload);

  describe("of a board's records", () => {
    const BOARD = { device: "solar/board", schemas: SOLAR, statistics: "0" };

    it("sends one reading for each field, the header first", async () => {
      await load(BOARD);
      nodeOf("split").receive({ payload: Buffer.from(WIND), time: 1234, raw: Buffer.from(WIND) });
      await messageAt("readings", ({ type }) => type === "Direction");
      should(messagesAt<Reading>("readings").map(({ type, payload }) => [type, payload])).deepEqual([
        ["Header", "WINDSTAT"],
        ["Speed", 2],
        ["Status", "OK"],
        ["Direction", "NNW"],
      ]);
      const speed = messagesAt<Reading>("readings")[1]!;
      should(speed).have.properties({ device: "solar/board", topic: "solar/board/Speed", time: 1234, unit: "m/s" });
      should(speed).not.have.property("raw");
    });

    const FORMS = [
      { form: "element", payload: { Element: "Status", Data: "OK" } },
      { form: "text", payload: '{"Element":"Status","Data":"OK"}' },
      { form: "bytes", payload: Buffer.from('{"Element":"Status","Data":"OK"}') },
    ];
    for (const { form, payload } of FORMS) {
      it(`sends each as ${form}`, async () => {
        await load({ ...BOARD, form, header: false });
        nodeOf("split").receive({ payload: WIND });
        const status = await messageAt("readings", ({ type }) => type === "Status");
        should(status.payload).deepEqual(payload);
        should(status.parts).have.properties({ index: 1, count: 3 });
      });
    }

    it("sends elements as one list", async () => {
      await load({ ...BOARD, form: "element", send: "list" });
      nodeOf("split").receive({ payload: WIND });
      should((await messageAt("readings")).payload).deepEqual([
        { Element: "Header", Data: "WINDSTAT" },
        { Element: "Speed", Data: "2" },
        { Element: "Status", Data: "OK" },
        { Element: "Direction", Data: "NNW" },
      ]);
    });

    it("lets the message say another device", async () => {
      await load(BOARD);
      nodeOf("split").receive({ payload: WIND, device: "solar/roof" });
      should((await messageAt("readings")).topic).equal("solar/roof/Header");
    });

    it("names each rejected record once, with tag and field, and loses nothing else", async () => {
      await load(BOARD);
      for (const payload of [WIND, '"WINDSTAT",2,99,44', '"RAIN",1', Buffer.of(0, 1, 255), WIND]) {
        nodeOf("split").receive({ payload });
      }
      await messageAt("readings", () => messagesAt("readings").length === 8);
      should(messagesAt<Reading>("rejected").map(({ payload }) => payload)).deepEqual([
        {
          reason: "unknown-code",
          tag: "WINDSTAT",
          field: "Status",
          detail: '"99" is in no row of the table',
          record: '"WINDSTAT",2,99,44',
        },
        { reason: "unknown-tag", tag: "RAIN", detail: 'no schema has the tag "RAIN"', record: '"RAIN",1' },
        { reason: "binary", detail: "the record is no text", record: "0001ff" },
      ]);
      should(dropped()).containEql({ "unknown-code": 1, "unknown-tag": 1, binary: 1 });
    });

    it("tells how many records came, on a timer", async () => {
      await load({ ...BOARD, statistics: "0.2" });
      nodeOf("split").receive({ payload: WIND });
      nodeOf("split").receive({ payload: "WINDSTAT" });
      await messageAt("joined", ({ payload }) => (payload as Reading).Header === "WINDSTAT");
      const { payload } = await messageAt("joined", ({ payload }) => (payload as Reading).Records_Processed === 1);
      should(payload).have.properties({ Header: "STATISTICS", Records_Skipped: 1, Elements_Sent: 4 });
      should((payload as { Records_Per_Second: number }).Records_Per_Second).be.within(0.1, 10);
    });

    it("splits a list of records into one list of readings, in their order", async () => {
      await load({ ...BOARD, header: false });
      const records = ["AIRSTAT,-,3,5,80,10132,540,7", "UNKNOWN,1", "MESSAGE,after"];
      nodeOf("split").receive({
        list: true,
        payload: records.map((payload, n) => ({ payload, id: `id-${n}` })),
      } as never);
      const { list, payload } = (await messageAt<{ list: true; payload: Reading[] }>("readings"))!;
      should(list).be.true();
      should(payload.map(({ payload, id }) => [payload, id])).containDeepOrdered([
        [-3.5, "id-0"],
        ["after", "id-2"],
      ]);
      should(payload).have.length(7);
      should(messagesAt("rejected")).have.length(1);
    });

    it("keeps the order of records while one waits for its expression", async () => {
      await load({ ...BOARD, header: false });
      nodeOf("split").receive({ payload: "AIRSTAT,-,3,5,80,10132,540,7" });
      nodeOf("split").receive({ payload: "MESSAGE,after" });
      await messageAt("readings", ({ type }) => type === "Message");
      should(payloads()).deepEqual([-3.5, 80, 1013.2, 540, 1.4, -7.5, "after"]);
    });

    it("ends an expression that has no end, and goes on", async () => {
      await load({ ...BOARD, schemas: SLOW, header: false });
      for (const payload of ["SLOW,1", "SLOW,3", "SLOW,2"]) nodeOf("split").receive({ payload });
      await messageAt("readings", () => messagesAt("readings").length === 4);
      should(payloads()).deepEqual([1, 1, 2, 2]);
      const { payload } = await messageAt("rejected");
      should(payload).have.properties({ reason: "expression", tag: "SLOW", field: "B" });
      should((payload as { detail: string }).detail).match(/it (takes longer than 50 ms|goes deeper than 500 steps)/);
    });
  });

  describe("of objects", () => {
    const RECORD = { Speed: 2, Gyro: [1, 2, 3], Mode: { name: "auto" } };

    it("sends one reading for each field, its value untouched", async () => {
      await load({});
      nodeOf("split").receive({ payload: RECORD, device: "robot/benbot", time: 1234, user: "benbot" });
      await messageAt("readings", ({ type }) => type === "Mode");
      const names = ["device", "type", "payload", "time", "topic", "user"];
      should(messagesAt<Reading>("readings").map((reading) => names.map((name) => reading[name]))).deepEqual([
        ["robot/benbot", "Speed", 2, 1234, "robot/benbot/Speed", "benbot"],
        ["robot/benbot", "Gyro", [1, 2, 3], 1234, "robot/benbot/Gyro", "benbot"],
        ["robot/benbot", "Mode", { name: "auto" }, 1234, "robot/benbot/Mode", "benbot"],
      ]);
    });

    it("sets parts, so that core join puts the record together again", async () => {
      await load({ device: "robot/jason" });
      nodeOf("split").receive({ payload: RECORD });
      nodeOf("split").receive({ payload: { Speed: 3 } });
      await messageAt("joined", () => messagesAt("joined").length === 2);
      should(messagesAt<Reading>("joined").map(({ payload }) => payload)).deepEqual([RECORD, { Speed: 3 }]);
    });

    it("keeps the parts of the message it came in", async () => {
      await load({ device: "robot/jason" });
      nodeOf("split").receive({ payload: { Speed: 3 }, parts: { id: "outer", index: 0, count: 1 } });
      should((await messageAt("readings")).parts).have.properties({
        key: "Speed",
        parts: { id: "outer", index: 0, count: 1 },
      });
    });

    it("sends a list that a store takes as it is", async () => {
      await load({ device: "robot/jason", send: "list" });
      nodeOf("split").receive({ payload: { Speed: 2, Gyro: [1] }, time: 5, topic: "in" });
      const { payload, topic, device, type } = await messageAt("readings");
      should({ topic, device, type }).deepEqual({ topic: "robot", device: undefined, type: undefined });
      should(payload).deepEqual([
        { device: "robot/jason", type: "Speed", payload: 2, time: 5, topic: "robot/jason/Speed" },
        { device: "robot/jason", type: "Gyro", payload: [1], time: 5, topic: "robot/jason/Gyro" },
      ]);
    });

    it("names a rejected one on its second output", async () => {
      await load({ device: "robot/jason" });
      nodeOf("split").receive({ payload: {} });
      const rejected = await messageAt("rejected");
      should(rejected).have.properties({ type: "dropped", device: "robot/jason", topic: "robot/jason/dropped" });
      should(rejected.payload).deepEqual({ reason: "empty", detail: "the object has no field" });
      await statusOf("split", "json-splitter.status.split");
    });

    it("rejects one with a value that JSON has no words for, and goes on with the list", async () => {
      await load({ device: "robot/jason", form: "element" });
      nodeOf("split").receive({ list: true, payload: [{ payload: { A: 1n } }, { payload: { B: 2 } }] } as never);
      const { payload } = await messageAt<Reading>("readings");
      should((payload as Reading[]).map((one) => one.payload)).deepEqual([{ Element: "B", Data: "2" }]);
      should((await messageAt<Reading>("rejected")).payload).have.property("reason", "no-json");
    });
  });

  const WRONG = [
    { message: { payload: 5, device: "a/b" }, says: /msg.payload must be a record .* got number/ },
    { message: { payload: [1], device: "a/b" }, says: /msg.payload must be a record .* got a list/ },
    { message: { payload: { Speed: 1 } }, says: /"device" must be <network>\/<address>.* got nothing/ },
    { message: { payload: WIND, device: 5 }, says: /"device" must be <network>\/<address>/ },
  ];
  for (const { message, says } of WRONG) {
    it(`reports ${JSON.stringify(message)} to the catch node`, async () => {
      await load({});
      nodeOf("split").receive(message);
      should((await messageAt<Caught>("caught")).error.message).match(says);
    });
  }

  const OPTIONS = [
    { fields: { device: "board" }, says: /^"device" must be <network>\/<address>/ },
    {
      fields: { schemas: [{ tag: "T", fields: [{ kind: "number" }] }] },
      says: /^record "T": a field's "name" must be/,
    },
    { fields: { schemas: "nonsense" }, says: /^"schemas" must be JSON/ },
    { fields: { schemas: '{"tag":"T"}' }, says: /^"schemas" must be a list/ },
    { fields: { maxBytes: "8" }, says: /^"maxBytes" must be 16..65507, got 8/ },
    {
      fields: { schemas: [{ tag: "T", fields: [{ kind: "expression", name: "X", expression: "1 +" }] }] },
      says: /^record "T", field "X": "expression": .*end of expression/,
    },
  ];
  for (const { fields, says } of OPTIONS) {
    it(`names a wrong option of ${JSON.stringify(fields)}, and stays inert`, async () => {
      await load(fields);
      should(loggedErrors()[0]).match(says);
      nodeOf("split").receive({ payload: { A: 1 }, device: "a/b" });
      await messageAt("caught");
      should(messagesAt("readings")).be.empty();
    });
  }
});
