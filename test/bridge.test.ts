/** The transcripts of ack/0 over TCP and WebSocket, against `npm start` (PROTOCOLS 6.1). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { FramePeer, type Json, LinePeer } from "./support/ack-peers.ts";
import { type EventStream, openEventStream } from "./support/event-stream.ts";
import { type Started, startGatehouse } from "./support/started.ts";

interface Device {
  readonly device: string;
  readonly status: string;
  readonly types: Readonly<Record<string, { readonly value: unknown }>>;
}

describe("devices and browsers of npm start", function suite() {
  let userDir: string;
  let gatehouse: Started;
  const peers: { close(): Promise<void> }[] = [];

  const start = () => startGatehouse({ GATEHOUSE_SIMULATE: "0", GATEHOUSE_USER_DIR: userDir });

  before(async function startAll() {
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-bridge-"));
    gatehouse = await start();
  });

  after(async () => {
    await gatehouse.stop("SIGTERM");
    rmSync(userDir, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.close();
  });

  async function deviceOnTcp(): Promise<LinePeer> {
    const peer = await LinePeer.join(gatehouse.env.GATEHOUSE_DEVICE_PORT!);
    peers.push(peer);
    return peer;
  }

  async function onHub(headers?: Record<string, string>): Promise<FramePeer> {
    const peer = await FramePeer.join(gatehouse.env.GATEHOUSE_HUB_PORT!, headers);
    peers.push(peer);
    return peer;
  }

  /** A browser that has identified, and answered. */
  async function browser(): Promise<{ readonly peer: FramePeer; readonly id: unknown }> {
    const peer = await onHub();
    const { unique_client_id: id } = await peer.next();
    peer.send({ client_id: id, id: 1 });
    should(await peer.take(2)).deepEqual([{ ack: 1 }, { id: 1 }]);
    peer.send({ ack: 1 });
    return { peer, id };
  }

  async function device(name: string): Promise<Device | undefined> {
    const devices = (await (await fetch(`${gatehouse.origin}/gatehouse/devices`)).json()) as Device[];
    return devices.find((one) => one.device === name);
  }

  function command(body: Json): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return fetch(`${gatehouse.origin}/gatehouse/commands`, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Reads the stream until a reading of this topic comes. */
  async function reading(stream: EventStream, topic: string): Promise<unknown> {
    for (;;) {
      const { data } = await stream.next();
      const told = JSON.parse(data) as { topic: string; value: unknown };
      if (told.topic === topic) return told.value;
    }
  }

  it("answers a device on TCP, acknowledges its data and stores them as its readings", async () => {
    const stream = await openEventStream(`${gatehouse.origin}/gatehouse/events?topic=site/%23`);
    const peer = await deviceOnTcp();
    peer.send({ dev_id: 7, id: 1 });
    should(await peer.take(2)).deepEqual([{ ack: 1 }, { id: 1 }]);
    peer.send({ ack: 1 });
    peer.send({ temperature: 21, humidity: 40, id: 2 });
    should(await peer.next()).deepEqual({ ack: 2 });
    should(await reading(stream, "site/7/temperature")).equal(21);
    should(await reading(stream, "site/7/humidity")).equal(40);
    stream.close();
    should(await device("site/7")).containDeep({ status: "active", types: { temperature: { value: 21 } } });
  });

  it("brings a page's command to the device, and 404 while it is away", async () => {
    const peer = await deviceOnTcp();
    peer.send({ dev_id: 8, id: 1 });
    await peer.take(2);
    const { status } = await command({ device: "site/8", type: "reset", payload: 1 });
    should(status).equal(202);
    const { id, ...fields } = await peer.next();
    should(fields).deepEqual({ reset: 1 });
    peer.send({ ack: id });
    await peer.close();
    while ((await device("site/8"))?.status !== "disconnected");
    should((await command({ device: "site/8", type: "reset", payload: 1 })).status).equal(404);
  });

  it("brings what a device says to the browsers that view it, and their messages to it", async () => {
    const { peer: one } = await browser();
    const device = await deviceOnTcp();
    device.send({ dev_id: 9, id: 1 });
    const came = await one.until((message) => message.dev_id === 9);
    should(came).containDeep({ dev_id: 9, connected: 1 });
    should(came.address).be.an.Array();
    one.send({ choose: 1, dev_id: 9, id: 2 });
    should(await one.until((message) => message.ack === 2)).deepEqual({ ack: 2 });
    should(await one.next()).containDeep({ dev_id: 9, connected: 1 });
    const browsers = (await (await fetch(`${gatehouse.origin}/gatehouse/browsers`)).json()) as Json[];
    should(browsers.find(({ topics }) => String(topics) === "site/9/#")).match({ via: "ack/0", dropped: 0 });
    device.send({ temperature: 21, humidity: 40, id: 2 });
    const { id, ...fields } = await one.next();
    should(fields).deepEqual({ temperature: 21, humidity: 40, dev_id: 9 });
    one.send({ ack: id });
    one.send({ dev_id: 9, reset: 1, id: 3 });
    const reset = await device.until((message) => message.reset !== undefined);
    should(reset).have.properties({ reset: 1 }).and.not.have.property("dev_id");
  });

  it("tells browsers that a device went, and sends what is for it back", async () => {
    const { peer: one } = await browser();
    const device = await deviceOnTcp();
    device.send({ dev_id: 10, id: 1 });
    await one.until((message) => message.dev_id === 10);
    await device.close();
    await one.until((message) => message.disconnected === 1 && message.dev_id === 10);
    one.send({ dev_id: 10, reset: 1, id: 2 });
    const { id: _, ...back } = await one.until((message) => message.reset === 1);
    should(back).deepEqual({ dev_id: 10, reset: 1, not_connected: 1 });
    one.send({ query: 1, params: { dev_list: 1 }, id: 3 });
    const { dev_list: list } = await one.until((message) => message.dev_list !== undefined);
    should((list as Json[]).find(({ dev }) => dev === 10)).containDeep({ dev: 10, connected: false });
  });

  it("gives a browser that comes back with its id what it missed", async () => {
    const { peer: one, id } = await browser();
    const device = await deviceOnTcp();
    device.send({ dev_id: 11, id: 1 });
    await one.until((message) => message.dev_id === 11 && message.connected === 1);
    one.send({ choose: 1, dev_id: 11, id: 2 });
    await one.until((message) => message.ack === 2);
    await one.close();
    device.send({ temperature: 5, id: 2 });
    await device.until((message) => message.ack === 2);
    const again = await onHub();
    await again.next();
    again.send({ client_id: id, id: 3 });
    should(await again.until((message) => message.temperature !== undefined)).containDeep({
      temperature: 5,
      dev_id: 11,
    });
  });

  it("takes a device on the WebSocket as well, by the same name", async () => {
    const peer = await onHub({});
    should(await peer.next()).have.property("unique_client_id");
    peer.send({ dev_id: "weather-1", id: 1 });
    should(await peer.take(2)).deepEqual([{ ack: 1 }, { id: 1 }]);
    peer.send({ ack: 1 });
    peer.send({ temperature: 3, id: 2 });
    should(await peer.next()).deepEqual({ ack: 2 });
    while ((await device("site/weather-1"))?.types.temperature === undefined);
    should((await command({ device: "site/weather-1", type: "reset", payload: 1 })).status).equal(202);
    should(await peer.next()).containDeep({ reset: 1 });
  });

  it("resends a command with its id after a restart, and drops what came twice", async function restart() {
    const before = await deviceOnTcp();
    before.send({ dev_id: 12, id: 1 });
    const [, welcome] = await before.take(2);
    before.send({ ack: welcome!.id });
    before.send({ temperature: 1, id: 2 });
    await before.until((message) => message.ack === 2);
    await command({ device: "site/12", type: "reset", payload: 1, deadline: Date.now() + 60_000 });
    const reset = await before.until((message) => message.reset === 1);
    await gatehouse.stop("SIGKILL");
    gatehouse = await start();
    const after = await deviceOnTcp();
    after.send({ dev_id: 12, id: 3 });
    should(await after.next()).deepEqual(reset);
    should(await after.next()).deepEqual({ ack: 3 });
    after.send({ temperature: 1, id: 2 });
    should(await after.until((message) => message.ack === 2)).deepEqual({ ack: 2 });
    const url = `${gatehouse.origin}/gatehouse/history?device=site/12&type=temperature`;
    should(await (await fetch(url)).json()).have.length(1);
  });
});
