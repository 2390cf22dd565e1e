/** Browsers of ack/0 on the wire: which devices they may read and command, that they are listed, and what becomes of bad input. */
import should from "should";
import registerAckSession from "../../../nodes/ack-session.ts";
import registerRouter from "../../../nodes/device-router.ts";
import { listFieldBrowsers } from "../../../nodes/shared/field-browsers.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { FramePeer, type Json } from "../../support/ack-peers.ts";
import { freePort } from "../../support/node-red.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, startRuntime, stopRuntime } from "../../support/runtime.ts";
import { reached, SESSION_NODES } from "../../support/session-flow.ts";
import { TOKEN_NODES, tokenFlow, tokenOf, unloadTokens } from "../../support/token-flow.ts";

type Message = Record<string, unknown>;

const NODES = [...TOKEN_NODES, ...SESSION_NODES, registerAckSession, registerRouter];
const PLACE = { z: "tab", x: 0, y: 0 };
const PROBES = ["commands", "refusals", "events", "auth-refused"];

function flow(port: number): Message[] {
  const auth = { ...PLACE, type: "device-token-auth", registry: "tokens", mode: "session", open: true };
  const flow = tokenFlow().filter(({ id }) => id !== "auth" && id !== "in" && id !== "refused");
  const limits = { transport: "ws", maxBytes: "1000", origins: "http://localhost:1880" };
  return [
    ...(flow as unknown as Message[]),
    { id: "end", type: "gh-session-endpoint", role: "listen", port: String(port), ...limits },
    { id: "in", ...PLACE, type: "gh-session-in", endpoint: "end", wires: [["auth"], ["ack", "events"]] },
    { id: "auth", ...auth, right: "none", network: "site", wires: [["ack"], ["auth-refused"]] },
    { id: "ack", ...PLACE, type: "gh-ack-session", wires: [["out"], ["router"], ["router", "events"], []] },
    { id: "out", ...PLACE, type: "gh-session-out" },
    { id: "router", ...PLACE, type: "gh-device-router", registry: "tokens", wires: [["ack"], ["may"], []] },
    { id: "may", ...auth, right: "command", wires: [["commands"], ["refusals"]] },
    ...PROBES.map((id) => ({ id, ...PLACE, type: "probe" })),
  ];
}

describe("browsers of ack/0", () => {
  const peers: FramePeer[] = [];
  let port: number;

  before(startRuntime);
  after(stopRuntime);

  beforeEach(async () => {
    port = await freePort();
    await deploy(NODES, flow(port));
    await reached("open");
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
    await unloadTokens();
  });

  /** One that has said who it is. */
  async function identified(identity: Json, headers?: Record<string, string>): Promise<FramePeer> {
    const peer = await FramePeer.join(port, headers);
    peers.push(peer);
    const { unique_client_id: greeted } = await peer.next();
    const fields = identity.dev_id === undefined ? { client_id: greeted, ...identity } : identity;
    peer.send({ ...fields, id: 1 });
    const { id } = await peer.until((message) => message.id !== undefined);
    peer.send({ ack: id });
    return peer;
  }

  it("command the devices that their token allows, and no other one", async () => {
    const token = await tokenOf("ada", ["command:site/7/#", "read:site/8/#"]);
    for (const name of [7, 8]) await identified({ dev_id: name }, {});
    const browser = await identified({ token });
    browser.send({ dev_id: 8, reset: 1, id: 2 });
    browser.send({ dev_id: 7, reset: 2, id: 3 });
    should(await messageAt("commands")).containDeep({ device: "site/7", payload: { reset: 2 }, user: "ada" });
    should(messagesAt("refusals")).have.length(1);
    should(messagesAt<Message>("refusals")[0]).have.property("reason", "forbidden");
  });

  it("hear of the devices that their token allows to read, and of no other one", async () => {
    const token = await tokenOf("ada", ["read:site/7/#", "read:site/9/temperature", "command:site/7/#"]);
    const browser = await identified({ token });
    const devices = new Map<number, FramePeer>();
    for (const name of [8, 7, 9]) devices.set(name, await identified({ dev_id: name }, {}));
    should(await browser.until((message) => message.dev_id !== undefined)).containDeep({ dev_id: 7, connected: 1 });
    should(await browser.next()).containDeep({ dev_id: 9, connected: 1 });
    browser.send({ query: 1, params: { dev_list: 1 }, id: 2 });
    const { dev_list: list } = await browser.until((message) => message.dev_list !== undefined);
    should((list as Json[]).map(({ dev }) => dev)).deepEqual([7, 9]);
    for (const [index, dev] of [7, 9].entries()) {
      browser.send({ choose: 1, dev_id: dev, id: 3 + index });
      await browser.until((message) => message.connected === 1);
      devices.get(dev)!.send({ humidity: 40, id: 2 });
      devices.get(dev)!.send({ temperature: 21, humidity: 40, id: 3 });
      const { id: _, ...fields } = await browser.until((message) => message.temperature === 21);
      should(fields).deepEqual(
        dev === 7 ? { temperature: 21, humidity: 40, dev_id: 7 } : { temperature: 21, dev_id: 9 },
      );
    }
  });

  it("are told that a device is not there which they may not read, and why", async () => {
    const token = await tokenOf("ada", ["read:site/7/#"]);
    const browser = await identified({ token });
    const eight = await identified({ dev_id: 8 }, {});
    browser.send({ choose: 1, dev_id: 8, id: 2 });
    const { id: _, ...told } = await browser.until((message) => message.dev_id !== undefined);
    should(told).deepEqual({ dev_id: 8, not_connected: 1, address: ["", 0], error: "forbidden" });
    eight.send({ temperature: 21, id: 2 });
    await eight.until((message) => message.ack === 2);
    browser.send({ dev_id: 8, reset: 1, id: 3 });
    const { id: __, ...back } = await browser.until((message) => message.dev_id !== undefined);
    should(back).deepEqual({ dev_id: 8, reset: 1, error: "forbidden" });
    should(messagesAt("commands")).be.empty();
  });

  it("read every device where this machine needs no token", async () => {
    const browser = await identified({});
    const device = await identified({ dev_id: 7 }, {});
    browser.send({ choose: 1, dev_id: 7, id: 2 });
    await browser.until((message) => message.ack === 2);
    device.send({ temperature: 21, id: 2 });
    await browser.until((message) => message.temperature === 21);
  });

  it("command any device where this machine needs no token", async () => {
    await identified({ dev_id: 7 }, {});
    const browser = await identified({});
    browser.send({ dev_id: 7, reset: 1, id: 2 });
    should(await messageAt("commands")).containDeep({ device: "site/7", payload: { reset: 1 }, action: "command" });
  });

  it("are listed while they are here, with what they view", async () => {
    const browser = await identified({});
    should(listFieldBrowsers()).have.length(1);
    browser.send({ choose: 1, dev_id: 7, id: 2 });
    await browser.until((message) => message.not_connected === 1);
    should(listFieldBrowsers()[0]).match({ via: "ack/0", address: "127.0.0.1", topics: ["site/7/#"], dropped: 0 });
    await browser.close();
    await messageAt("events", ({ type }: Message) => type === "disconnected");
    should(listFieldBrowsers()).be.empty();
  });

  it("are refused where their page's origin is not allowed", async () => {
    const joining = FramePeer.join(port, { "User-Agent": "B/1", Origin: "http://elsewhere.example" });
    await should(joining).be.rejectedWith(/403/);
    const refusal = await messageAt<Message>("events", ({ type }: Message) => type === "refused");
    should(refusal.payload).have.property("reason", "origin");
  });

  it("get the message back that is for a device which is unknown", async () => {
    const browser = await identified({});
    browser.send({ dev_id: 99, reset: 1, id: 2 });
    const { id: _, ...back } = await browser.until((message) => message.reset === 1);
    should(back).deepEqual({ dev_id: 99, reset: 1, not_connected: 1 });
    should(messagesAt("commands")).be.empty();
  });

  it("end with their connection where a message is too long, and the next one is served", async () => {
    const browser = await identified({});
    browser.send({ dev_id: 7, text: "x".repeat(2000), id: 2 });
    await messageAt("events", ({ type }: Message) => type === "closed");
    await identified({});
  });

  it("are a device on the path of devices, whatever their User-Agent", async () => {
    const peer = await FramePeer.join(`${port}/device`);
    peers.push(peer);
    await peer.next();
    peer.send({ dev_id: 7, id: 1 });
    should(await messageAt("events", ({ type }: Message) => type === "identified")).have.property("device", "site/7");
  });

  it("are counted where what they say is bad, and go on", async () => {
    const browser = await identified({});
    for (const bad of [{ ack: 77 }, { query: 1 }, { query: 1, id: 0 }]) browser.send(bad);
    browser.socket.send("no json");
    browser.socket.send("[1]");
    browser.send({ query: 1, params: { dev_list: 1 }, id: 2 });
    await browser.until((message) => message.dev_list !== undefined);
    browser.send({ query: 1, params: { dev_list: 1 }, id: 2 });
    should(await browser.until((message) => message.ack === 2)).deepEqual({ ack: 2 });
    const dropped = collectSamples().filter(({ labels, value }) => labels.where === "ack-session:ack" && value > 0);
    const reasons = dropped.flatMap(({ labels }) => labels.reason ?? []);
    should(reasons.sort()).containDeep(["bad-id", "malformed", "no-id", "not-object", "unknown-ack"]);
  });
});
