/** device-simulator in a Node-RED runtime. */
import should from "should";
import registerSimulator from "../../nodes/device-simulator.ts";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import { joinSim } from "../../nodes/shared/sim-link.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { CATCH, deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const NODES = [registerProbe, registerSimulator, CATCH];

interface Caught {
  readonly error: { readonly message: string };
}

function load(options: object, more: readonly Readonly<Record<string, unknown>>[] = []): Promise<void> {
  return deploy(NODES, [
    { id: "tab", type: "tab", label: "device-simulator" },
    {
      id: "sim",
      z: "tab",
      x: 0,
      y: 0,
      type: "gh-device-simulator",
      target: "sim:tested",
      wires: [["events"]],
      ...options,
    },
    { id: "events", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["sim"], wires: [["caught"]] },
    { id: "caught", z: "tab", x: 0, y: 0, type: "probe" },
    ...more,
  ]);
}

/** The gateway's end of the line. */
function listen() {
  let text = "";
  let look = () => {};
  const link = joinSim("tested", {
    bytes(chunk) {
      text += chunk.toString("latin1");
      look();
    },
    closed: () => undefined,
  });
  const heard = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => text.includes(wanted) && resolve();
      look();
    });
  return { link, heard };
}

describe("device-simulator", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("speaks at the other end of its line, and says what it was told", async () => {
    await load({ rate: "20" });
    await statusOf("sim", "device-simulator.status.mesh");
    const { link, heard } = listen();
    await heard("\xff\x00\x05[D]\x04GPS\x06");
    await link.write(Buffer.from("\xffSEND-\x00\x02\x02hi\n\xfe", "latin1"));
    await heard("\xff\x00\x02[M]\x02hi\xfe");
    const command = await messageAt<GatehouseMessage>("events");
    should(command).have.properties({ type: "command", payload: "SEND- 2 hi", topic: "simulator/command" });
    await link.close();
  });

  it("restarts when told", async () => {
    await load({});
    await statusOf("sim", "device-simulator.status.mesh");
    const { link, heard } = listen();
    nodeOf("sim").receive({ payload: { restart: true } });
    await heard("module: restart requested, ra\r\nmodule: power-on reset\r\n");
    should(await messageAt("events")).have.properties({ type: "restarted", payload: 1 });
    await link.close();
  });

  it("gives its counts when asked", async () => {
    await load({});
    nodeOf("sim").receive({ payload: { counts: true } });
    const { type, payload } = await messageAt("events");
    should(type).equal("counts");
    should(payload).have.properties({ restarts: 0, commands: 0, lost: 0, corrupted: 0 });
  });

  it("is no device while it is switched off", async () => {
    await load({ simulate: "0" });
    should((await statusOf("sim", "device-simulator.status.silent")).fill).equal("grey");
    (() => listen()).should.throw({ code: "absent" });
    nodeOf("sim").receive({ payload: true });
    (() => listen()).should.throw({ code: "absent" });
  });

  it("is on where the variable for its switch is not set", async () => {
    await load({ simulate: `\${GATEHOUSE_NOT_SET}` });
    await statusOf("sim", "device-simulator.status.mesh");
  });

  it("waits while another simulator has the line", async () => {
    const other = { id: "other", z: "tab", x: 0, y: 0, type: "gh-device-simulator", target: "sim:tested" };
    await load({}, [other]);
    const waits = ["sim", "other"].map((id) => statusOf(id, "device-simulator.status.waiting"));
    should((await Promise.race(waits)).fill).equal("yellow");
  });

  const WRONG = [
    { payload: "faster", says: /must be true, false or an object/ },
    { payload: { speed: 1 }, says: /"speed" is none of/ },
    { payload: { loss: 101 }, says: /"loss" must be 0..100, got 101/ },
    { payload: { nodes: 1.5 }, says: /"nodes" must be 1..1000, got 1.5/ },
  ];
  for (const { payload, says } of WRONG) {
    it(`reports a message that is ${JSON.stringify(payload)}, once`, async () => {
      await load({});
      nodeOf("sim").receive({ payload });
      should((await messageAt<Caught>("caught")).error.message).match(says);
      await new Promise((resolve) => setImmediate(resolve));
      should(messagesAt("caught")).have.length(1);
    });
  }

  it("names a wrong option, and stays inert", async () => {
    await load({ loss: "150" });
    should(loggedErrors()).deepEqual(['"loss" must be 0..100, got 150']);
    should((await statusOf("sim", '"loss" must be 0..100, got 150')).fill).equal("red");
    (() => listen()).should.throw({ code: "absent" });
  });
});
