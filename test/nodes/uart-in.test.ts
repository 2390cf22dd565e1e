/** uart-in in a Node-RED runtime. */
import should from "should";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import { hostSim } from "../../nodes/shared/sim-link.ts";
import registerIn from "../../nodes/uart-in.ts";
import registerPort from "../../nodes/uart-port.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const DEAF = { bytes: () => undefined, closed: () => undefined };
const NODES = [registerProbe, registerPort, registerIn];

const FLOW = [
  { id: "tab", type: "tab", label: "uart-in" },
  { id: "port", type: "gh-uart-port", device: "sim:in" },
  { id: "in", z: "tab", x: 0, y: 0, type: "gh-uart-in", port: "port", wires: [["bytes"], ["link"]] },
  { id: "bytes", z: "tab", x: 0, y: 0, type: "probe" },
  { id: "link", z: "tab", x: 0, y: 0, type: "probe" },
];

const shows = (text: string) => statusOf("in", text);

/** All that was told of the link, once there are so many. */
async function linkMessages(count: number): Promise<GatehouseMessage[]> {
  await messageAt("link", () => messagesAt("link").length >= count);
  return messagesAt("link");
}

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

  it("tells at the start, and at each change, whether the link is open", async () => {
    await deploy(NODES, FLOW);
    const [closed] = await linkMessages(1);
    should(closed).containDeep({
      type: "closed",
      payload: { device: "sim:in" },
      _session: { type: "uart", id: "port" },
    });
    const host = hostSim("in", DEAF);
    const [, opened] = await linkMessages(2);
    should(opened).containDeep({
      type: "opened",
      payload: { device: "sim:in" },
      _session: { type: "uart", id: "port" },
    });
    await host.close();
    const [, , again] = await linkMessages(3);
    should(again).containDeep({ type: "closed", payload: { detail: "the simulator of sim:in stopped" } });
  });

  it("tells again after a deploy that leaves it running, once", async () => {
    const host = hostSim("in", DEAF);
    await deploy(NODES, FLOW);
    await shows("uart-in.status.open");
    const before = (await linkMessages(1)).length;
    await redeploy([...FLOW, { id: "more", z: "tab", x: 0, y: 0, type: "probe" }], "nodes");
    const messages = await linkMessages(before + 1);
    should(messages).have.length(before + 1);
    should(messages.at(-1)).have.property("type", "opened");
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
