/** The WebSocket of a hub: the same events as the stream, commands, and the bounds of those who do not read. */
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import should from "should";
import { WebSocket } from "ws";
import { openMemory } from "../../../backends/memory.ts";
import type { TakenCommand } from "../../../nodes/sse-hub/command-intake.ts";
import { type ServedHub, serveHub } from "./served-hub.ts";

type Frame = Record<string, unknown>;

class Peer {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  #heard: () => void = () => {};

  constructor(hub: ServedHub, query = "", headers = {}) {
    this.socket = new WebSocket(`${hub.origin.replace("http", "ws")}/socket${query}`, { headers });
    this.socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.#heard();
    });
    this.socket.on("error", () => {});
  }

  async opened(): Promise<this> {
    await once(this.socket, "open");
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** The next frame, without those that carry an id alone. */
  async next(): Promise<Frame> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame && Object.keys(frame).join() !== "lastEventId") return frame;
      if (frame) continue;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

describe("sockets of a hub", () => {
  let hub: ServedHub;
  const peers: Peer[] = [];

  beforeEach(async () => {
    hub = await serveHub();
  });

  afterEach(async () => {
    for (const { socket } of peers.splice(0)) socket.terminate();
    await hub.close();
  });

  function open(query = "", headers = {}): Promise<Peer> {
    const peer = new Peer(hub, query, headers);
    peers.push(peer);
    return peer.opened();
  }

  /** Frames are heeded in their order: the answer to a wrong one says that the one before it was. */
  async function subscribed(filters: readonly string[]): Promise<Peer> {
    const peer = await open();
    peer.send({ subscribe: filters });
    peer.send("done?");
    should(await peer.next()).containEql({ event: "error" });
    return peer;
  }

  it("tell readings that their filters select, and other ones once they subscribe anew", async () => {
    const peer = await subscribed(["mesh/#"]);
    const cursor = await hub.tell("mesh/5/GPS", { a: "ä" });
    await hub.tell("solar/1/V", 1);
    should(await peer.next()).deepEqual({
      ...{
        lastEventId: cursor,
        device: "mesh/5",
        type: "GPS",
        topic: "mesh/5/GPS",
        value: { a: "ä" },
        time: 1000,
        cursor,
      },
    });
    peer.send({ subscribe: ["solar/#"] });
    peer.send({ subscribe: 7 });
    should(await peer.next()).containEql({ event: "error" });
    await hub.tell("mesh/5/GPS", 2);
    await hub.tell("solar/1/V", 3);
    should(await peer.next()).containEql({ topic: "solar/1/V", value: 3 });
    should(hub.streams.clients).equal(1);
  });

  it("send current values first, then go on live", async () => {
    await hub.append("mesh/5/GPS", 1);
    const peer = await open();
    peer.send({ subscribe: ["mesh/#"], latest: true });
    const first = await peer.next();
    should(first).containEql({ value: 1 });
    should(first).not.have.property("lastEventId");
    await hub.tell("mesh/5/GPS", 2);
    should(await peer.next()).match({ value: 2, lastEventId: /^\w+-2$/ });
  });

  it("resume behind a cursor, and tell of a gap as the stream does", async () => {
    const cursors = [];
    for (let n = 0; n < 3000; n++) cursors.push(await hub.append("mesh/5/n", n));
    const peer = await open();
    peer.send({ subscribe: ["mesh/#"], after: cursors[999] });
    await hub.tell("mesh/5/n", 3000);
    const values = [];
    while (values.length < 2001) values.push((await peer.next()).value);
    should(values).deepEqual(Array.from({ length: 2001 }, (_, n) => 1000 + n));
    peer.send({ subscribe: ["mesh/#"], after: "gone-7" });
    should(await peer.next()).match({ event: "gap", from: "gone-7", lastEventId: /-0$/ });
    should(await peer.next()).containEql({ value: 0 });
  });

  it("give up bringing a browser up to date when it wants something else", async () => {
    for (let n = 0; n < 5000; n++) await hub.append("mesh/5/text", `${n} ${"x".repeat(500)}`);
    const peer = await open();
    for (let n = 0; n < 20; n++) peer.send({ subscribe: ["mesh/#"], after: `${hub.backend.epoch}-0` });
    peer.send({ subscribe: ["solar/#"] });
    peer.send("done?");
    while ((await peer.next()).event !== "error");
    await hub.tell("solar/1/V", 7);
    should(await peer.next()).containEql({ value: 7 });
    should([hub.streams.clients, hub.streams.counts().unreplayed]).deepEqual([1, 0]);
  });

  it("take commands, and tell their outcomes on this connection alone", async () => {
    const taken: TakenCommand[] = [];
    hub.intake.add((command) => void taken.push(command));
    await hub.backend.append("mesh/5/GPS", { time: Date.now(), value: 1 });
    const [peer, other] = [await open(), await open()];
    peer.send({ device: "mesh/5", type: "message", payload: "go", ref: "r1" });
    const { event, id, ref } = await peer.next();
    should([event, ref]).deepEqual(["accepted", "r1"]);
    should(taken).match([{ device: "mesh/5", type: "message", payload: "go", id }]);
    hub.streams.browsers.tell(taken[0]!.browser, { id: String(id), state: "delivered" });
    should(await peer.next()).deepEqual({ event: "outcome", id, state: "delivered" });
    other.send({ command: { device: "mesh/6", type: "message" }, ref: 2 });
    should(await other.next()).match({ event: "refused", error: "offline", ref: 2 });
    other.send({ device: "mesh/5" });
    should(await other.next()).match({ event: "refused", error: "bad-request" });
  });

  it("tell a browser by its name, as its event streams", async () => {
    const peer = await open("?browser=tab-1");
    hub.streams.browsers.tell("tab-1", { id: "a", state: "failed", detail: "why" });
    should(await peer.next()).deepEqual({ event: "outcome", id: "a", state: "failed", detail: "why" });
  });

  it("answer what they do not understand with an error, and go on", async () => {
    const peer = await open();
    for (const frame of ["go", "7", "{}", Buffer.from("{}"), '{"subscribe":["a#"]}']) {
      peer.send(frame);
      should(await peer.next()).match({ event: "error", error: "bad-request" });
    }
    peer.send({ subscribe: ["mesh/#"] });
    peer.send("go");
    await peer.next();
    await hub.tell("mesh/5/GPS", 1);
    should(await peer.next()).containEql({ value: 1 });
  });

  it("end where a frame is longer than 64 KiB", async () => {
    const peer = await open();
    peer.send("x".repeat(65_537));
    const [code] = await once(peer.socket, "close");
    should(code).equal(1009);
  });

  it("drop frames of an address that sends too many, and say so", async () => {
    const peer = await open();
    for (let n = 0; n < 1000; n++) peer.send("{}");
    const errors = [];
    while (errors.length < 1000) errors.push((await peer.next()).error);
    should(errors.filter((error) => error === "busy").length).be.within(1, 600);
  });

  it("drop a browser that does not read once it lags too far, and leave the others alone", async () => {
    const [slow, fast] = [await subscribed(["mesh/#"]), await subscribed(["mesh/#"])];
    slow.socket.pause();
    const text = "x".repeat(100_000);
    for (let n = 0; n < 500 && hub.streams.counts().dropped.slow === 0; n++) {
      await hub.tell("mesh/5/text", n + text);
      should(await fast.next()).containEql({ value: n + text });
    }
    should(hub.streams.counts().dropped.slow).equal(1);
    should(hub.streams.clients).equal(1);
  });

  it("are one more browser for the hub's bound, and are listed", async () => {
    await hub.close();
    hub = await serveHub({ maxClients: 1 }, openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 }));
    await subscribed(["mesh/#"]);
    const [one] = JSON.parse((await hub.ask("/browsers")).body) as Frame[];
    should(one).match({ via: "socket", address: "127.0.0.1", topics: ["mesh/#"], view: null, dropped: 0 });
    const second = new Peer(hub);
    const [, response] = await once(second.socket, "unexpected-response");
    should(response.statusCode).equal(503);
  });

  for (const [title, headers, status] of [
    ["a page of another origin", { origin: "https://evil.example" }, 403],
    ["a page of this host on another port", { origin: "http://127.0.0.1:1" }, 403],
    ["a proxy", { "x-forwarded-for": "10.1.1.1" }, 403],
    ["a foreign host name", { host: "evil.example" }, 403],
  ] as const) {
    it(`refuse ${title}`, async () => {
      const peer = new Peer(hub, "", headers);
      const [, response] = await once(peer.socket, "unexpected-response");
      should(response.statusCode).equal(status);
      should(hub.streams.clients).equal(0);
    });
  }

  it("open for a page of their own origin", async () => {
    await open("", { origin: hub.origin });
  });

  it("refuse a wrong name, and say what a plain request has to do", async () => {
    const peer = new Peer(hub, "?browser=a%20b");
    const [, response] = await once(peer.socket, "unexpected-response");
    should(response.statusCode).equal(400);
    const { status, headers } = await hub.ask("/socket");
    should([status, headers.upgrade]).deepEqual([426, "websocket"]);
  });

  it("answer an upgrade that is no WebSocket's, and end it", async () => {
    const asking = request(`${hub.origin}/socket`, { headers: { connection: "upgrade", upgrade: "tls/1.2" } });
    asking.end();
    const [response] = await once(asking, "response");
    should(response.statusCode).be.within(400, 426);
    await once(response.resume(), "close");
  });

  it("survive a peer that goes in the middle of its head", async () => {
    const socket = connect(Number(new URL(hub.origin).port), "127.0.0.1");
    socket.write("GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(socket, "connect");
    socket.resetAndDestroy();
    await subscribed(["mesh/#"]);
    should(hub.streams.clients).equal(1);
  });

  it("carry a sign of life with the cursor up to which they were served", async () => {
    await hub.close();
    hub = await serveHub({ keepAliveMs: 150 });
    const peer = await subscribed(["solar/#"]);
    const cursor = await hub.tell("mesh/5/GPS", 1);
    for (;;) {
      if (peer.frames.some(({ lastEventId }) => lastEventId === cursor)) break;
      await once(peer.socket, "message");
    }
  });

  it("are told to come back when the hub closes", async () => {
    const peer = await subscribed(["mesh/#"]);
    const closed = once(peer.socket, "close");
    await hub.streams.close(1000);
    should((await closed)[0]).equal(1012);
    should(hub.streams.clients).equal(0);
  });
});
