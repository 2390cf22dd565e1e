/** A relay that holds a lease for each browser, from a server to two event streams: each hears its own, once. */
import { setImmediate as turn } from "node:timers/promises";
import should from "should";
import registerBrowserIn from "../../../nodes/browser-in.ts";
import registerHub from "../../../nodes/sse-hub.ts";
import registerOut from "../../../nodes/sse-out.ts";
import { type EventStream, openEventStream } from "../../support/event-stream.ts";
import { HttpApp } from "../../support/http-app.ts";
import { messageAt, messagesAt } from "../../support/probe.ts";
import { deploy, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { freePlaces, type Places, serverNode, UDP_NODES, udpFlow } from "../../support/udp-flow.ts";

const app = new HttpApp();
const NODES = [app.register, ...UDP_NODES, registerHub, registerOut, registerBrowserIn];

interface Event {
  readonly type: string;
}

describe("browsers of a relay with a lease for each", () => {
  const open: EventStream[] = [];
  let at: Places;

  before(async () => {
    await startRuntime();
    await app.start();
  });
  after(async () => {
    app.stop();
    await stopRuntime();
  });
  beforeEach(async () => {
    at = await freePlaces();
    await deploy(NODES, flow());
  });
  afterEach(async () => {
    for (const stream of open.splice(0)) stream.close();
    await unload();
  });

  function flow(hub: object = {}): Record<string, unknown>[] {
    const { handshakePort } = at;
    const relay = { id: "relay", role: "client", device: "far/board", hold: "watched", perBrowser: true };
    return [
      ...udpFlow(serverNode(at), { ...relay, handshakePort, helloEveryS: 0.1 }).map((node) =>
        node.id === "relay" ? { ...node, wires: [["out"], []] } : node,
      ),
      { id: "store", type: "gh-store-backend", kind: "memory" },
      { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store", ...hub },
      { id: "who", z: "tab", type: "gh-browser-in", hub: "hub", wires: [[], ["relay"]] },
      { id: "out", z: "tab", type: "sse-out", hub: "hub", delivery: "log", wires: [] },
    ];
  }

  async function browse(path: string): Promise<EventStream> {
    const stream = await openEventStream(`${app.origin}/gatehouse${path}`);
    open.push(stream);
    return stream;
  }

  const count = (type: string) => messagesAt<Event>("relays-2").filter((event) => event.type === type).length;
  const happens = (type: string, times: number) => messageAt("relays-2", () => count(type) === times);
  const tell = (payload: string) => nodeOf("relays").receive({ type: "Speed", payload } as never);

  /** The data of the stream's elements `Speed`, up to this one. */
  async function speeds(stream: EventStream, last: string): Promise<string[]> {
    const heard: string[] = [];
    while (heard.at(-1) !== last) {
      const { Element: name, Data: data } = JSON.parse((await stream.next()).data) as Record<string, string>;
      if (name === "Speed") heard.push(data!);
    }
    return heard;
  }

  /** Until all are there, some of what is told is for the earlier ones alone. */
  async function allHear(streams: readonly EventStream[], mark: string): Promise<void> {
    const timer = setInterval(() => tell("not yet"), 20);
    for (const stream of streams) await speeds(stream, "not yet");
    clearInterval(timer);
    tell(mark);
    for (const stream of streams) await speeds(stream, mark);
  }

  it("each hear its elements once, and nothing of another's", async () => {
    const [one, other] = [
      await browse("/elements?topic=far/%23&browser=one"),
      await browse("/elements?topic=far/%23&browser=other"),
    ];
    await happens("joined", 2);
    await allHear([one, other], "begin");
    for (let speed = 1; speed <= 50; speed++) {
      tell(String(speed));
      await turn();
    }
    const expected = Array.from({ length: 50 }, (_, index) => String(index + 1));
    for (const stream of [one, other]) should(await speeds(stream, "50")).deepEqual(expected);
  });

  it("end their leases when they leave, and not before their last connection does", async () => {
    const [first, second] = [
      await browse("/elements?topic=far/%23&browser=one"),
      await browse("/events?topic=far/board/Speed&browser=one"),
    ];
    const other = await browse("/elements?topic=far/%23&browser=other");
    await happens("joined", 2);
    first.close();
    other.close();
    await happens("left", 1);
    await tellUntil(async () => should(JSON.parse((await second.next()).data)).containEql({ value: "still here" }));
    second.close();
    await happens("left", 2);
  });

  async function tellUntil(done: () => Promise<unknown>): Promise<void> {
    const timer = setInterval(() => tell("still here"), 20);
    await done();
    clearInterval(timer);
  }

  it("end their leases where they do not come back after a deploy of the hub alone", async () => {
    const paths = ["one", "other"].map((name) => `/elements?topic=far/%23&browser=${name}`);
    const streams = [await browse(paths[0]!), await browse(paths[1]!)];
    await happens("joined", 2);
    await allHear(streams, "before");
    await redeploy(flow({ maxClients: 1000 }), "nodes");
    const back = await browse(paths[0]!);
    await happens("left", 1);
    await allHear([back], "after");
    should([count("joined"), count("left")]).deepEqual([2, 1]);
  }).timeout(20_000);

  it("have no lease while they follow other topics", async () => {
    await browse("/elements?topic=mesh/%23&browser=one");
    await browse("/elements?topic=far/%23&browser=two");
    await happens("joined", 1);
    should(messagesAt("relays-2")).have.length(1);
  });
});
