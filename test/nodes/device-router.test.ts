/** device-router in a Node-RED runtime: what an ack-session tells it, and what it makes of that. */
import should from "should";
import registerDeviceRouter from "../../nodes/device-router.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { readFlows } from "../../scripts/flows.ts";
import { eventually } from "../support/eventually.ts";
import { messageAt, messagesAt, registerProbe } from "../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

type Message = Record<string, unknown>;

const OUTPUTS = ["peers", "commands", "events"];
const DEVICE = { kind: "device", id: "7" };
const BROWSER = { kind: "browser", id: "2" };

function flow(fields: Message = {}): Message[] {
  const place = { z: "tab", x: 0, y: 0 };
  return [
    { id: "tab", type: "tab", label: "test" },
    { id: "router", ...place, type: "gh-device-router", ...fields, wires: OUTPUTS.map((id) => [id]) },
    ...OUTPUTS.map((id) => ({ id, ...place, type: "probe" })),
  ];
}

const give = (message: Message) => nodeOf("router").receive(message as never);

describe("device-router", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("brings a device's message to the browser that views it, and the browser's to the device", async () => {
    await deploy([registerProbe, registerDeviceRouter], flow());
    give({ type: "identified", peer: BROWSER, payload: { address: ["h", 2] } });
    give({ type: "identified", peer: DEVICE, device: "site/7", payload: { address: ["h", 1] } });
    give({ peer: BROWSER, payload: { choose: 1, dev_id: 7 } });
    should(await messageAt("events")).containDeep({ type: "viewing", peer: BROWSER, payload: { device: "7" } });
    give({ peer: DEVICE, device: "site/7", payload: { temperature: 21 } });
    const told = await messageAt("peers", ({ payload }) => (payload as Message).temperature === 21);
    should(told).containDeep({ peer: BROWSER, payload: { temperature: 21, dev_id: 7 } });
    const _session = { type: "session", id: "s" };
    give({ peer: BROWSER, payload: { dev_id: 7, reset: 1 }, _session });
    should(await messageAt("commands")).containDeep({
      _session,
      device: "site/7",
      type: "message",
      payload: { reset: 1 },
      action: "command",
    });
  });

  it("shows something for each button of its example, pressed in turn", async () => {
    const example = readFlows("examples/31 Minimal device-router.json");
    const buttons = example.filter(({ type }) => type === "inject");
    const probes = example.filter(({ type }) => type === "debug").map(({ id, z }) => ({ id, z, type: "probe" }));
    const others = example.filter(({ type }) => !["inject", "debug", "comment"].includes(type));
    await deploy([registerProbe, registerDeviceRouter], [...others, ...probes]);
    const shown = () => probes.reduce((sum, { id }) => sum + messagesAt(id).length, 0);
    for (const { name, props } of buttons as unknown as {
      name: string;
      props: { p: string; v: string; vt: string }[];
    }[]) {
      const before = shown();
      const message = Object.fromEntries(props.map(({ p, v, vt }) => [p, vt === "json" ? JSON.parse(v) : v]));
      nodeOf("ex31-router").receive(message as never);
      await eventually(() => should([name, shown()]).not.deepEqual([name, before]));
    }
    should(buttons.length).equal(5);
  });

  it("sends a gateway the commands for its devices", async () => {
    await deploy([registerProbe, registerDeviceRouter], flow());
    const gateway = { kind: "gateway", id: "3" };
    give({ peer: gateway, payload: { dev_id: 8, connected: 1, address: ["h", 1] } });
    give({ peer: BROWSER, payload: { dev_id: 8, reset: 1 } });
    should(await messageAt("commands")).containDeep({
      device: "site/8",
      peer: gateway,
      payload: { dev_id: 8, reset: 1 },
    });
  });

  it("knows over a redeploy who is there and who views whom, until the ack-session has begun anew", async () => {
    await deploy([registerProbe, registerDeviceRouter], flow());
    give({ type: "identified", peer: DEVICE, device: "site/7", payload: { address: ["h", 1] } });
    give({ peer: BROWSER, payload: { choose: 1, dev_id: 7 } });
    await redeploy(flow({ name: "again" }), "nodes");
    give({ peer: DEVICE, device: "site/7", payload: { temperature: 21 } });
    await messageAt("peers", ({ payload }) => (payload as Message).temperature === 21);
    give({ peer: BROWSER, payload: { dev_id: 7, reset: 1 } });
    await messageAt("commands", ({ payload }) => (payload as Message).reset === 1);
    give({ type: "started" });
    await messageAt("peers", ({ payload }) => (payload as Message).disconnected === 1);
    give({ peer: BROWSER, payload: { dev_id: 7, reset: 2 } });
    const back = await messageAt("peers", ({ payload }) => (payload as Message).reset === 2);
    should(back.payload).have.property("not_connected", 1);
  });

  it("counts what names no device", async () => {
    await deploy([registerProbe, registerDeviceRouter], flow());
    give({ peer: BROWSER, payload: { reset: 1 } });
    should(await messageAt("events")).containDeep({ type: "dropped", payload: { from: "2", reason: "no-device" } });
    const [dropped] = collectSamples().filter(({ labels }) => labels.reason === "no-device");
    should(dropped).have.property("value", 1);
  });

  it("stays inert and says so with a wrong option", async () => {
    await deploy([registerProbe, registerDeviceRouter], flow({ network: "a/b" }));
    should(loggedErrors()).deepEqual(['"network" must be 1..64 letters, digits or . _ : -, got a/b']);
  });
});
