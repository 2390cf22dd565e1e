/** uart-in in a Node-RED runtime. */
import should from "should";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import { hostSim } from "../../nodes/shared/sim-link.ts";
import registerIn from "../../nodes/uart-in.ts";
import registerPort from "../../nodes/uart-port.ts";
import { messageAt, registerProbe, statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const DEAF = { bytes: () => undefined, closed: () => undefined };
const NODES = [registerProbe, registerPort, registerIn];

const FLOW = [
  { id: "tab", type: "tab", label: "uart-in" },
  { id: "port", type: "gh-uart-port", device: "sim:in" },
  { id: "in", z: "tab", x: 0, y: 0, type: "gh-uart-in", port: "port", wires: [["bytes"]] },
  { id: "bytes", z: "tab", x: 0, y: 0, type: "probe" },
];

const shows = (text: string) => statusOf("in", text);

describe("uart-in", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hands on bytes with the connection they came from", async () => {
    const host = hostSim("in", DEAF);
    await deploy(NODES, FLOW);
    await shows("uart-in.status.open");
    await host.write(Buffer.from("abc"));
    const { payload, _session } = await messageAt<GatehouseMessage>("bytes");
    should(payload).deepEqual(Buffer.from("abc"));
    should(_session).deepEqual({ type: "uart", id: "port" });
    await host.close();
  });

  it("shows the state of its port", async () => {
    await deploy(NODES, FLOW);
    should((await shows("uart-in.status.waiting")).fill).equal("yellow");
    const host = hostSim("in", DEAF);
    should((await shows("uart-in.status.open")).fill).equal("green");
    await host.close();
  });

  it("shows its port's fault", async () => {
    await deploy(
      NODES,
      FLOW.map((node) => (node.id === "port" ? { ...node, device: "nonsense" } : node)),
    );
    should((await shows("uart-in.status.failed")).fill).equal("red");
  });

  it("names the port where there is none", async () => {
    await deploy(
      NODES,
      FLOW.map((node) => (node.id === "in" ? { ...node, port: "" } : node)),
    );
    should(loggedErrors()).deepEqual(['"port" must be set']);
    should((await shows('"port" must be set')).fill).equal("red");
  });

  it("frees the port's other end when it is removed", async () => {
    const host = hostSim("in", DEAF);
    await deploy(NODES, FLOW);
    await shows("uart-in.status.open");
    await redeploy([FLOW[0]!]);
    const unheard = await host.write(Buffer.of(1)).catch((error: { code: string }) => error.code);
    should(unheard).equal("unheard");
    await host.close();
  });
});
