/** Commands in a whole Node-RED: from a browser to the wire and back, over a kill, past a deadline, and beside the editor. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { WebSocket } from "ws";
import type { DeviceRecord } from "../lib/store/devices.ts";
import { openComms } from "./support/editor-comms.ts";
import { type EventStream, openEventStream } from "./support/event-stream.ts";
import { eventually } from "./support/eventually.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";

type Flow = Record<string, unknown>[];

const at = { z: "tab", x: 0, y: 0 };
const set = (p: string, to: string, tot = "str") => ({ t: "set", p, to, tot });

/** What the feed hands out is kept as readings of `seen/1`; with `answers` it is delivered too. */
function flowOf({ feeds = true, answers = true }: { feeds?: boolean; answers?: boolean } = {}): Flow {
  return [
    { id: "tab", type: "tab" },
    { id: "store", type: "gh-store-backend", kind: "file" },
    { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store" },
    { id: "here", type: "http in", ...at, url: "/here", method: "get", wires: [["reading", "ok"]] },
    {
      id: "reading",
      type: "change",
      ...at,
      rules: [set("topic", "mesh/5/n"), set("payload", "1", "num")],
      wires: [["in"]],
    },
    { id: "ok", type: "http response", ...at, wires: [] },
    { id: "browsers", type: "gh-browser-in", ...at, hub: "hub", wires: [["in"], []] },
    { id: "in", type: "node-store", ...at, store: "store", wires: [["out"], ["out"]] },
    { id: "out", type: "sse-out", ...at, hub: "hub", delivery: "log", wires: [] },
    ...(feeds
      ? [
          { id: "feed", type: "gh-store-feed", ...at, store: "store", mode: "commands", networks: "mesh" },
          { id: "seen", type: "change", ...at, rules: SEEN, wires: [["in"]] },
          { id: "delivered", type: "change", ...at, rules: [set("action", "delivered")], wires: [["in"]] },
        ].map((node) =>
          node.id === "feed" ? { ...node, wires: [answers ? ["seen", "delivered"] : ["seen"], []] } : node,
        )
      : []),
  ];
}

const SEEN = [
  set("payload", '{"text": payload, "redelivered": redelivered = true}', "jsonata"),
  set("device", "seen/1"),
  set("type", "command"),
  set("topic", "seen/1/command"),
  { t: "delete", p: "cursor" },
  { t: "delete", p: "id" },
];

describe("commands in Node-RED", function () {
  this.timeout(90_000);
  let red: NodeRed;
  let userDir = "";
  const streams: EventStream[] = [];

  async function start(flow: Flow): Promise<void> {
    red = await startNodeRed({ flow, userDir });
    while ((await fetch(`${red.origin}/gatehouse/health`)).status !== 200);
  }

  async function listen(query: string): Promise<EventStream> {
    const stream = await openEventStream(`${red.origin}/gatehouse/events?${query}`);
    streams.push(stream);
    return stream;
  }

  async function post(payload: string, more: object = {}): Promise<string> {
    const response = await fetch(`${red.origin}/gatehouse/commands?browser=tab-1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ device: "mesh/5", type: "message", payload, ...more }),
    });
    should(response.status).equal(202);
    return ((await response.json()) as { id: string }).id;
  }

  async function seen(): Promise<unknown[]> {
    const answer = await fetch(`${red.origin}/gatehouse/history?device=seen/1&type=command`);
    return ((await answer.json()) as { value: unknown }[]).map(({ value }) => value);
  }

  async function counted(name: string): Promise<number> {
    const text = await (await fetch(`${red.origin}/gatehouse/metrics`)).text();
    const line = text.split("\n").find((one) => one.startsWith(`gatehouse_${name}`));
    return Number(line?.split(" ").at(-1));
  }

  /** What is durable counts once it is on disk. */
  async function untilCounted(name: string, least: number): Promise<void> {
    while ((await counted(name)) < least);
  }

  /** Until the stream has told of a command with this text. */
  async function seenOn(stream: EventStream, text: string): Promise<void> {
    while ((JSON.parse((await stream.next()).data) as { value: { text: string } }).value.text !== text);
  }

  beforeEach(() => {
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-commands-"));
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await red.stop();
    rmSync(userDir, { recursive: true, force: true });
  });

  it("that a kill cuts short come again once, marked, and not after that", async () => {
    await start(flowOf({ answers: false }));
    await fetch(`${red.origin}/here`);
    const before = await listen("topic=seen/%23");
    await post("cut short");
    await seenOn(before, "cut short");
    await red.stop("SIGKILL");

    await start(flowOf());
    const after = await listen("topic=seen/%23&latest=1");
    await post("later");
    await seenOn(after, "later");
    // The kill may have come before the reading of the first life was on disk.
    should((await seen()).slice(-2)).deepEqual([
      { text: "cut short", redelivered: true },
      { text: "later", redelivered: false },
    ]);
    should([await counted("feed_commands_total"), await counted("feed_redelivered_total")]).deepEqual([2, 1]);
    await untilCounted('store_trimmed_total{where="store-backend:store",reason="trim"}', 2);
    await red.stop("SIGKILL");

    await start(flowOf());
    const last = await listen("topic=seen/%23");
    await post("last");
    await seenOn(last, "last");
    should([await counted("feed_commands_total"), await counted("feed_redelivered_total")]).deepEqual([1, 0]);
  });

  it("that are late when their gateway comes back are never handed out", async () => {
    await start(flowOf({ feeds: false }));
    await fetch(`${red.origin}/here`);
    const deadline = Date.now() + 1000;
    await post("late", { deadline });
    await untilCounted("store_entries", 2);
    await red.stop("SIGKILL");
    await eventually(() => should(Date.now()).be.above(deadline));
    await start(flowOf());
    const stream = await listen("topic=seen/%23&latest=1");
    await post("in time");
    await seenOn(stream, "in time");
    should(await seen()).deepEqual([{ text: "in time", redelivered: false }]);
    should(await counted('dropped_total{where="store-feed:feed",reason="expired"}')).equal(1);
  });

  it("have their outcomes told to the browser that sent them, and are known of their device from then on", async () => {
    await start(flowOf());
    await fetch(`${red.origin}/here`);
    const [mine, other] = [await listen("topic=none&browser=tab-1"), await listen("topic=seen/%23&browser=tab-2")];
    const known = await listen("topic=$live/mesh/5/commands");
    const id = await post("go");
    const { event, data } = await mine.next();
    should([event, JSON.parse(data)]).deepEqual(["outcome", { id, state: "delivered" }]);
    should((await other.next()).event).equal("message");
    should(JSON.parse((await known.next()).data)).containEql({ topic: "$live/mesh/5/commands" });
    const devices = (await (await fetch(`${red.origin}/gatehouse/devices`)).json()) as DeviceRecord[];
    should(devices[0]).containEql({ device: "mesh/5", commands: { message: { kind: "text" } } });
    const socket = new WebSocket(`${red.origin.replace("http", "ws")}/gatehouse/socket`);
    await once(socket, "open");
    socket.send(JSON.stringify({ device: "mesh/5", type: "message", payload: "by socket", ref: 1 }));
    const frames: Record<string, unknown>[] = [];
    while (frames.length < 2) {
      const frame = JSON.parse(String((await once(socket, "message"))[0])) as Record<string, unknown>;
      if (frame.event) frames.push(frame);
    }
    should(frames).match([
      { event: "accepted", ref: 1 },
      { event: "outcome", id: frames[0]!.id, state: "delivered" },
    ]);
    socket.terminate();
  });

  it("come by a socket that shares the server with the editor, over redeploys", async () => {
    await start(flowOf());
    const comms = await openComms(red.origin);
    for (let round = 0; round < 5; round++) {
      const socket = new WebSocket(`${red.origin.replace("http", "ws")}/gatehouse/socket`);
      await once(socket, "open");
      const closed = once(socket, "close");
      await red.deploy(flowOf());
      should((await closed)[0]).equal(1012);
    }
    await comms.first(({ topic }) => topic === "notification/runtime-deploy" || topic.startsWith("status/"));
    comms.close();
    should(red.log()).not.match(/MaxListeners|\[error\]/);
  });
});
