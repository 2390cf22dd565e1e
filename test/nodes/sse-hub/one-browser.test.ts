/** Events of a hub for one browser alone: on each of its connections that asks for them, and in no history. */
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import should from "should";
import { WebSocket } from "ws";
import type { DeliveryClass } from "../../../lib/sse/published.ts";
import { type EventStream, openEventStream } from "../../support/event-stream.ts";
import { type ServedHub, serveHub } from "./served-hub.ts";

const TOPIC = "far/board/Speed";

describe("an event for one browser", () => {
  let hub: ServedHub;
  const open: { close(): void }[] = [];

  beforeEach(async () => {
    hub = await serveHub({ maxLagBytes: 64 * 1024 });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    await hub.close();
  });

  async function browse(path: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await openEventStream(`${hub.origin}${path}`, headers);
    open.push(stream);
    return stream;
  }

  function tell(browser: string, value: unknown, delivery: DeliveryClass = "log", topic = TOPIC): void {
    hub.streams.browsers.publish(browser, { topic, value, time: 1000 }, delivery);
  }

  const reading = async (stream: EventStream) => JSON.parse((await stream.next()).data) as Record<string, unknown>;

  it("reaches its streams in their forms and its WebSocket, and no other browser", async () => {
    const readings = await browse("/events?topic=far/%23&browser=one");
    const elements = await browse("/elements?topic=far/%2B/Speed&browser=one");
    const elsewhere = await browse("/events?topic=mesh/%23&browser=one");
    const other = await browse("/events?topic=%23&browser=other");
    const socket = new WebSocket(`${hub.origin.replace("http", "ws")}/socket?browser=one`);
    open.push(socket);
    await once(socket, "open");
    socket.send(JSON.stringify({ subscribe: ["far/#"] }));
    socket.send("done?");
    await once(socket, "message");
    tell("one", 2);
    tell("one", "kept to itself", "log", "far/board/Note");
    const [frame] = (await once(socket, "message")) as [Buffer];
    should(JSON.parse(String(frame))).containEql({ topic: TOPIC, value: 2, cursor: null });
    should(await reading(readings)).containEql({ topic: TOPIC, value: 2, cursor: null });
    should(await reading(elements)).deepEqual({ Element: "Speed", Data: "2" });
    await hub.tell("mesh/1/t", "for all");
    for (const stream of [elsewhere, other]) should(await reading(stream)).containEql({ value: "for all" });
    should(hub.streams.own.counts).match({ in: 5, told: 5 });
  });

  it("is counted where its browser is not there", () => {
    tell("one", 1);
    should(hub.streams.browsers.unaddressed).equal(1);
  });

  it("is not told again to a browser that resumes, which is told what is stored", async () => {
    const stream = await browse("/events?topic=%23&browser=one");
    const first = await hub.tell("mesh/1/t", 1);
    await stream.next();
    tell("one", "own");
    should(await reading(stream)).containEql({ value: "own" });
    await hub.tell("mesh/1/t", 2);
    const resumed = await browse("/events?topic=%23&browser=one", { "last-event-id": first });
    should(await reading(resumed)).containEql({ value: 2 });
  });

  it("waits for a browser that reads slowly, of class latest only the newest, until it lags too far", async () => {
    const socket = hub.rawStream("/events?topic=%23&browser=one");
    await once(socket, "data");
    socket.pause();
    for (let value = 0; hub.streams.own.counts.dropped.coalesced < 100; value++) {
      tell("one", `${value} ${"x".repeat(30_000)}`, "latest");
      await turn();
    }
    should(hub.streams.clients).equal(1);
    for (let value = 0; hub.streams.clients > 0; value++) {
      tell("one", `${value} ${"x".repeat(30_000)}`);
      await turn();
    }
    const { counts, held } = hub.streams.own;
    should(hub.streams.counts().dropped.slow).equal(1);
    should(counts.in).equal(counts.told + counts.dropped.coalesced + counts.dropped.gone + held);
    socket.destroy();
  });
});
