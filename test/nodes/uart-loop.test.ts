/** The serial nodes together: a simulated module at one end of `sim:<name>`, port, codec and readings at the other. */
import should from "should";
import registerSimulator from "../../nodes/device-simulator.ts";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import registerCodec from "../../nodes/uart-codec.ts";
import registerIn from "../../nodes/uart-in.ts";
import registerOut from "../../nodes/uart-out.ts";
import registerPort from "../../nodes/uart-port.ts";
import { deploy, nextInput, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const NODES = [registerPort, registerIn, registerOut, registerCodec, registerSimulator];

describe("simulator, uart-port, uart-in, uart-codec and uart-out", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  const flow = [
    { id: "tab", type: "tab", label: "test" },
    { id: "port", type: "gh-uart-port", device: "sim:loop" },
    { id: "in", z: "tab", type: "gh-uart-in", port: "port", wires: [["decoder"]] },
    { id: "decoder", z: "tab", type: "uart-codec", mode: "decode", network: "mesh", wires: [["readings"], ["faults"]] },
    { id: "readings", z: "tab", type: "helper" },
    { id: "faults", z: "tab", type: "helper" },
    { id: "encoder", z: "tab", type: "uart-codec", mode: "encode", network: "mesh", wires: [["out"]] },
    { id: "out", z: "tab", type: "gh-uart-out", port: "port" },
    {
      id: "simulator",
      z: "tab",
      type: "gh-device-simulator",
      target: "sim:loop",
      nodes: 3,
      rate: 20,
      wires: [["events"]],
    },
    { id: "events", z: "tab", type: "helper" },
  ];

  it("turn simulated nodes into readings", async () => {
    await deploy(NODES, flow);
    const reading = await nextInput<GatehouseMessage>("readings");
    should(reading.device).match(/^mesh\/[123]$/);
    should(reading.type).equal("GPS");
    should(reading.payload).have.properties(["longitude", "latitude"]);
    should(reading.raw).have.length(6);
    should(reading.topic).equal(`${reading.device}/GPS`);
    should(reading._session).deepEqual({ type: "uart", id: "port" });
  });

  it("carry a command to the module and its answer back", async () => {
    await deploy(NODES, flow);
    await nextInput("readings");
    const answer = new Promise<GatehouseMessage>((resolve) => {
      nodeOf("readings").on("input", (message: GatehouseMessage) => {
        if (message.type === "message") resolve(message);
      });
    });
    const command = nextInput("events");
    nodeOf("encoder").receive({ device: "mesh/2", type: "message", payload: "hello" });
    should(await command).have.properties({ type: "command", payload: "SEND- 2 hello" });
    should(await answer).have.properties({ device: "mesh/2", payload: "hello" });
  });

  it("hand on the text of a restarting module as noise", async () => {
    await deploy(NODES, flow);
    await nextInput("readings");
    const noise = nextInput("faults");
    nodeOf("simulator").receive({ payload: { restart: true } });
    should(await noise).have.properties({ type: "noise", topic: "mesh/noise" });
  });
});
