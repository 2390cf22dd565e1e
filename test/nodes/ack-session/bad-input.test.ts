/** Bad input of devices, browsers and hubs, one by one on the wire: what becomes of it, and that what follows is served. */
import should from "should";
import registerAckSession from "../../../nodes/ack-session.ts";
import registerRouter from "../../../nodes/device-router.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { FramePeer, type Json, LinePeer } from "../../support/ack-peers.ts";
import { freePort } from "../../support/node-red.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, nodeOf, startRuntime, stopRuntime } from "../../support/runtime.ts";
import { reached, SESSION_NODES } from "../../support/session-flow.ts";
import { TOKEN_NODES, tokenFlow, tokenOf, unloadTokens } from "../../support/token-flow.ts";

type Message = Record<string, unknown>;
type Told = Message & { readonly payload: Message; readonly device?: string };

const NODES = [...TOKEN_NODES, ...SESSION_NODES, registerAckSession, registerRouter];
const PLACE = { z: "tab", x: 0, y: 0 };
const CAPACITY = 8;
const MAX_BYTES = 1000;
const PROBES = ["messages", "events", "wire-events", "outcomes", "commands"];

function flow(devices: number, hub: number): Message[] {
  const tokens = tokenFlow().filter(({ id }) => id !== "auth" && id !== "in" && id !== "refused");
  const auth = { ...PLACE, type: "device-token-auth", registry: "tokens", mode: "session", open: true, right: "none" };
  const end = { type: "gh-session-endpoint", role: "listen", maxBytes: String(MAX_BYTES) };
  const ack = { type: "gh-ack-session", store: "store", capacity: String(CAPACITY) };
  return [
    ...(tokens as unknown as Message[]),
    { id: "end", ...end, port: String(devices) },
    { id: "hub", ...end, transport: "ws", port: String(hub), origins: "http://localhost:1880" },
    { id: "in", ...PLACE, type: "gh-session-in", endpoint: "end", wires: [["ack"], ["ack", "wire-events"]] },
    { id: "hub-in", ...PLACE, type: "gh-session-in", endpoint: "hub", wires: [["auth"], ["ack", "wire-events"]] },
    { id: "auth", ...auth, wires: [["ack"], []] },
    { id: "ack", ...PLACE, ...ack, wires: [["out"], ["router", "messages"], ["router", "events"], ["outcomes"]] },
    { id: "out", ...PLACE, type: "gh-session-out" },
    { id: "router", ...PLACE, type: "gh-device-router", registry: "tokens", wires: [["ack"], ["commands"], []] },
    ...PROBES.map((id) => ({ id, ...PLACE, type: "probe" })),
  ];
}

describe("bad input of ack/0:", () => {
  const peers: { close(): Promise<void> }[] = [];
  let ports: { readonly devices: number; readonly hub: number };

  before(async () => {
    await startRuntime();
    ports = { devices: await freePort(), hub: await freePort() };
    await deploy(NODES, flow(ports.devices, ports.hub));
    await Promise.all([reached("open"), reached("open", "hub")]);
  });

  after(async () => {
    await unloadTokens();
    await stopRuntime();
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
  });

  async function connection(): Promise<LinePeer> {
    const peer = await LinePeer.join(ports.devices);
    peers.push(peer);
    return peer;
  }

  /** A device that has said who it is, and answered. */
  async function device(name: number, id = 1): Promise<LinePeer> {
    const peer = await connection();
    peer.send({ dev_id: name, id });
    const { id: welcome } = await peer.until((message) => Object.keys(message).join() === "id");
    peer.send({ ack: welcome });
    return peer;
  }

  async function browser(identity: Json = {}): Promise<FramePeer> {
    const peer = await FramePeer.join(ports.hub);
    peers.push(peer);
    const { unique_client_id: greeted } = await peer.next();
    // It is told of devices that come and go, more than its queue holds.
    peer.socket.on("message", (data) => {
      const { id } = JSON.parse(String(data)) as Json;
      if (id !== undefined) peer.send({ ack: id });
    });
    peer.send({ client_id: greeted, ...identity, id: 1 });
    await peer.until((message) => message.ack === 1);
    return peer;
  }

  /** Data that the flow has got from the device, in order. */
  const got = (name: number) =>
    messagesAt<Told>("messages").flatMap(({ device, payload }) => (device === `site/${name}` ? [payload] : []));
  const dropped = (reason: string, where = "ack-session:ack") =>
    collectSamples().find(({ labels }) => labels.where === where && labels.reason === reason)?.value ?? 0;
  const command = (name: number, n: number) =>
    nodeOf("ack").receive({
      device: `site/${name}`,
      type: "n",
      payload: n,
      id: `c${n}`,
      origin: "o",
      cursor: `e-${n}`,
    } as never);

  /** What the device says next is served as ever. */
  async function serves(peer: LinePeer, name: number, id: number): Promise<void> {
    peer.send({ last: 1, id });
    should(await peer.until((message) => message.ack === id)).deepEqual({ ack: id });
    await messageAt<Told>("messages", (one) => one.device === `site/${name}` && one.payload.last === 1);
  }

  it("a duplicate ack settles nothing, and is counted", async () => {
    const peer = await device(1);
    command(1, 1);
    const { id } = await peer.until((message) => message.n === 1);
    const before = dropped("unknown-ack");
    for (const _ of [1, 2]) peer.send({ ack: id });
    await serves(peer, 1, 2);
    should(dropped("unknown-ack")).equal(before + 1);
    should(messagesAt<Told>("outcomes").filter((one) => one.device === "site/1")).have.length(1);
  });

  it("an ack of an unknown id is counted", async () => {
    const peer = await device(2);
    const before = dropped("unknown-ack");
    peer.send({ ack: 77 });
    await serves(peer, 2, 2);
    should(dropped("unknown-ack")).equal(before + 1);
  });

  it("ids going back are repetitions: acknowledged again, and not handed on", async () => {
    const peer = await device(3);
    for (const id of [2, 3, 4]) peer.send({ n: id, id });
    await peer.until((message) => message.ack === 4);
    peer.send({ n: 99, id: 2 });
    should(await peer.next()).deepEqual({ ack: 2 });
    await serves(peer, 3, 5);
    should(got(3)).deepEqual([{ n: 2 }, { n: 3 }, { n: 4 }, { last: 1 }]);
    should(dropped("duplicate")).be.above(0);
  });

  it("id reuse after a device's restart begins a new count, and what it says is new", async () => {
    const before = await device(4);
    before.send({ n: 1, id: 2 });
    await before.until((message) => message.ack === 2);
    await before.close();
    const after = await device(4);
    after.send({ n: 2, id: 2 });
    should(await after.until((message) => message.ack === 2)).deepEqual({ ack: 2 });
    await serves(after, 4, 3);
    should(got(4)).deepEqual([{ n: 1 }, { n: 2 }, { last: 1 }]);
    const ids = messagesAt<Told>("messages").flatMap((one) => (one.device === "site/4" ? [one.id] : []));
    should(ids).deepEqual(["site/4/0/2", "site/4/1/2", "site/4/1/3"]);
  });

  it("of two devices with one id the one that came last has it, and the other's connection is closed", async () => {
    const first = await device(5);
    const closed = new Promise((resolve) => first.socket.once("close", resolve));
    const second = await device(5, 2);
    await closed;
    await serves(second, 5, 3);
    await messageAt("events", ({ type, device: whose }) => type === "remapped" && whose === "site/5");
  });

  it("a message without id is dropped, and counted", async () => {
    const peer = await device(6);
    peer.send({ temperature: 21 });
    await serves(peer, 6, 2);
    should(got(6)).deepEqual([{ last: 1 }]);
    should(dropped("no-id")).equal(1);
  });

  it("a first message without identity is dropped, and the next one may say who it is", async () => {
    const peer = await connection();
    peer.send({ temperature: 21, id: 1 });
    await messageAt<Told>("events", ({ payload }) => payload.reason === "unidentified");
    peer.send({ dev_id: 7, id: 2 });
    should(await peer.take(2)).deepEqual([{ ack: 2 }, { id: 1 }]);
    await serves(peer, 7, 3);
  });

  it("a giant line is dropped, and counted by the endpoint", async () => {
    const peer = await device(8);
    peer.send({ text: "x".repeat(MAX_BYTES * 3), id: 2 });
    await messageAt<Told>("wire-events", ({ type, payload }) => type === "dropped" && payload.reason !== undefined);
    await serves(peer, 8, 3);
    should(got(8)).deepEqual([{ last: 1 }]);
  });

  it("what is not JSON is dropped, and counted", async () => {
    const peer = await device(9);
    const before = dropped("malformed");
    for (const text of ["temperature=21", '{"n":1,"id":2', "\u0000\u0001"]) peer.socket.write(`${text}\n`);
    await serves(peer, 9, 2);
    should(got(9)).deepEqual([{ last: 1 }]);
    should(dropped("malformed")).equal(before + 3);
  });

  it("the outbox of a device that never acks stops at its bound and says so", async () => {
    const peer = await device(10);
    for (let n = 1; n <= CAPACITY + 2; n++) command(10, n);
    const outcomes = () => messagesAt<Told>("outcomes").filter((one) => one.device === "site/10");
    await messageAt("outcomes", () => outcomes().length === 2);
    should(outcomes().map(({ id, action, error }) => [id, action, error])).deepEqual([
      [`c${CAPACITY + 1}`, "failed", "overflow"],
      [`c${CAPACITY + 2}`, "failed", "overflow"],
    ]);
    should(dropped("overflow")).equal(2);
    await messageAt<Told>("events", (one) => one.device === "site/10" && one.payload.reason === "overflow");
    await serves(peer, 10, 2);
  });

  it("a command to an unknown device comes back to its browser, and nothing is kept", async () => {
    const one = await browser();
    one.send({ dev_id: 99, reset: 1, id: 2 });
    const { id: _, ...back } = await one.until((message) => message.reset === 1);
    should(back).deepEqual({ dev_id: 99, reset: 1, not_connected: 1 });
    should(messagesAt("commands")).be.empty();
  });

  it("a command to an offline device comes back to its browser, and the device never hears of it", async () => {
    const peer = await device(11);
    const one = await browser();
    await peer.close();
    await one.until((message) => message.dev_id === 11 && message.disconnected === 1);
    one.send({ dev_id: 11, reset: 1, id: 2 });
    const { id: _, ...back } = await one.until((message) => message.reset === 1);
    should(back).deepEqual({ dev_id: 11, reset: 1, not_connected: 1 });
    await serves(await device(11, 2), 11, 3);
    should(messagesAt("commands")).be.empty();
  });

  it("a browser without permission for a device neither hears it nor reaches it, and is told why", async () => {
    const token = await tokenOf("ada", ["read:site/1/#"]);
    const peer = await device(12);
    const one = await browser({ token });
    one.send({ choose: 1, dev_id: 12, id: 2 });
    should(await one.until((message) => message.dev_id === 12)).have.property("error", "forbidden");
    peer.send({ temperature: 21, id: 2 });
    await peer.until((message) => message.ack === 2);
    one.send({ dev_id: 12, reset: 1, id: 3 });
    should(await one.until((message) => message.dev_id === 12)).have.properties({ reset: 1, error: "forbidden" });
    should(messagesAt("commands")).be.empty();
  });

  it("a browser Origin that is not allowed is refused before it says a word", async () => {
    const joining = FramePeer.join(ports.hub, { "User-Agent": "B/1", Origin: "http://elsewhere.example" });
    await should(joining).be.rejectedWith(/403/);
    const refusal = await messageAt<Told>("wire-events", ({ type }) => type === "refused");
    should(refusal.payload).have.property("reason", "origin");
    await browser();
  });
});
