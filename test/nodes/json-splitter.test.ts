/** json-splitter in a Node-RED runtime. */
import { createRequire } from "node:module";
import type { NodeAPI } from "node-red";
import should from "should";
import registerSplitter from "../../nodes/json-splitter.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { CATCH, deploy, loggedErrors, nodeOf, unload } from "../support/runtime.ts";

const JOIN = createRequire(import.meta.url)("@node-red/nodes/core/sequence/17-split.js") as (RED: NodeAPI) => void;
const NODES = [registerProbe, registerSplitter, CATCH, JOIN];

interface Caught {
  readonly error: { readonly message: string };
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

describe("json-splitter", () => {
  afterEach(unload);

  describe("of objects", () => {
    const RECORD = { Speed: 2, Gyro: [1, 2, 3], Mode: { name: "auto" } };

    it("sends one reading for each field, its value untouched", async () => {
      await load({});
      nodeOf("split").receive({ payload: RECORD, device: "robot/benbot", time: 1234, user: "benbot" });
      await messageAt("readings", ({ type }) => type === "Mode");
      should(
        messagesAt<Record<string, unknown>>("readings").map(({ device, type, payload, time, topic, user }) => [
          device,
          type,
          payload,
          time,
          topic,
          user,
        ]),
      ).deepEqual([
        ["robot/benbot", "Speed", 2, 1234, "robot/benbot/Speed", "benbot"],
        ["robot/benbot", "Gyro", [1, 2, 3], 1234, "robot/benbot/Gyro", "benbot"],
        ["robot/benbot", "Mode", { name: "auto" }, 1234, "robot/benbot/Mode", "benbot"],
      ]);
    });

    it("sets parts, so that core join puts the record together again", async () => {
      await load({ device: "robot/jason" });
      nodeOf("split").receive({ payload: RECORD });
      nodeOf("split").receive({ payload: { Speed: 3 } });
      should(
        (await messageAt("joined", ({ payload }) => Object.keys(payload as object).length === 3)).payload,
      ).deepEqual(RECORD);
      await messageAt("joined", ({ payload }) => Object.keys(payload as object).length === 1);
    });

    it("sends elements, as objects or as text", async () => {
      await load({ device: "robot/jason", form: "element" });
      nodeOf("split").receive({ payload: { Speed: 2 } });
      should((await messageAt("readings")).payload).deepEqual({ Element: "Speed", Data: "2" });
      await unload();
      await load({ device: "robot/jason", form: "text" });
      nodeOf("split").receive({ payload: { Said: 'a "b"\nc' } });
      should((await messageAt("readings")).payload).equal('{"Element":"Said","Data":"a \\"b\\"\\nc"}');
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
  });

  it("names a rejected record once, on its second output, and goes on", async () => {
    await load({ device: "robot/jason" });
    nodeOf("split").receive({ payload: {} });
    nodeOf("split").receive({ payload: { Speed: 1 } });
    await messageAt("readings", ({ type }) => type === "Speed");
    const [rejected, ...more] = messagesAt<Record<string, unknown>>("rejected");
    should(more).be.empty();
    should(rejected).have.properties({ type: "dropped", device: "robot/jason", topic: "robot/jason/dropped" });
    should(rejected!.payload).deepEqual({ reason: "empty", detail: "the object has no field" });
    await statusOf("split", "json-splitter.status.split");
  });

  const WRONG = [
    { message: { payload: 5, device: "a/b" }, says: /msg.payload must be an object, got number/ },
    { message: { payload: { Speed: 1 } }, says: /"device" must be <network>\/<address>/ },
  ];
  for (const { message, says } of WRONG) {
    it(`reports ${JSON.stringify(message)} to the catch node`, async () => {
      await load({});
      nodeOf("split").receive(message);
      should((await messageAt<Caught>("caught")).error.message).match(says);
    });
  }

  it("names a wrong option, and stays inert", async () => {
    await load({ device: "board" });
    should(loggedErrors()[0]).match(/^"device" must be <network>\/<address>/);
  });
});
