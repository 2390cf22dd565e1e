/** `browser-in` in a real runtime: commands and presence out, outcomes back through `sse-out`. */
import should from "should";
import registerBrowserIn from "../../nodes/browser-in.ts";
import registerHub from "../../nodes/sse-hub.ts";
import registerOut from "../../nodes/sse-out.ts";
import { openEventStream } from "../support/event-stream.ts";
import { HttpApp } from "../support/http-app.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message, STORE_NODES, storeFlow } from "../support/store-flow.ts";

const app = new HttpApp();

const NODES = [app.register, ...STORE_NODES, registerHub, registerOut, registerBrowserIn];

function flow(more: object = {}): Message[] {
  return [
    ...storeFlow({}, { wires: [["stored"], ["answers", "out"]] }),
    { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store" },
    { id: "out", z: "tab", type: "sse-out", hub: "hub", delivery: "log", wires: [] },
    { id: "browsers", z: "tab", type: "gh-browser-in", hub: "hub", wires: [["in"], ["presence"]], ...more },
    { id: "presence", z: "tab", type: "helper" },
    {
      id: "feed",
      z: "tab",
      type: "gh-store-feed",
      store: "store",
      mode: "commands",
      networks: "mesh",
      wires: [["fed"]],
    },
    { id: "fed", z: "tab", type: "helper" },
  ];
}

/** The newest status of a node: the test helper records the calls of all nodes together. */
function shown(id: string): { fill: string; text: string } {
  const { args, thisValues } = nodeOf<Statuses>(id).status;
  return args[thisValues.findLastIndex((node) => node.id === id)]![0];
}

interface Statuses {
  readonly status: {
    readonly args: readonly [{ fill: string; text: string }][];
    readonly thisValues: readonly { readonly id: string }[];
  };
}

function post(query = "", body: object = {}): Promise<Response> {
  return fetch(`${app.origin}/gatehouse/commands${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ device: "mesh/5", type: "message", payload: "go", ...body }),
  });
}

const listen = (browser: string) => openEventStream(`${app.origin}/gatehouse/events?topic=mesh/%23&browser=${browser}`);

describe("browser-in", () => {
  before(async () => {
    await startRuntime();
    await app.start();
  });
  after(async () => {
    app.stop();
    await stopRuntime();
  });
  afterEach(unload);

  const present = () => nodeOf("in").receive({ topic: "mesh/5/GPS", payload: 1 });

  it("hands a command to the store, and its outcome reaches the browser that sent it", async () => {
    await deploy(NODES, flow({ deadline: "5" }));
    present();
    const [fed, stream, other] = [new Collected("fed"), await listen("tab-1"), await listen("tab-2")];
    const began = Date.now();
    const answer = await post("?browser=tab-1");
    const { id } = (await answer.json()) as { id: string };
    const [command] = await fed.atLeast(1);
    should(command).containEql({ device: "mesh/5", type: "message", payload: "go", id });
    should(command!.deadline as number).be.within(began + 5000, Date.now() + 5000);
    nodeOf("in").receive({ ...command, action: "delivered" });
    const { event, data } = await stream.next();
    should([event, JSON.parse(data)]).deepEqual(["outcome", { id, state: "delivered" }]);
    nodeOf("out").receive({ topic: "mesh/5/GPS", payload: 2 });
    should((await other.next()).event).equal("message");
    for (const one of [stream, other]) one.close();
  });

  it("tells of browsers that come, of those that are there when it starts, and of those that leave", async () => {
    await deploy(NODES, flow());
    const before = new Collected("presence");
    const stream = await listen("tab-1");
    const [connected, viewing] = await before.atLeast(2);
    const session = { type: "browser", id: "tab-1" };
    should(connected).match({ type: "connected", _session: session, payload: { via: "events", topics: ["mesh/#"] } });
    should(viewing).containEql({ type: "viewing", _session: session });
    await redeploy(flow({ name: "again" }), "nodes");
    const after = new Collected("presence");
    await after.atLeast(2);
    stream.close();
    should((await after.atLeast(3)).map(({ type }) => type)).deepEqual(["connected", "viewing", "gone"]);
  });

  it("tells of pages that are opened and closed, and how many watch their device", async () => {
    await deploy(NODES, flow());
    const presence = new Collected("presence");
    const pages = () => presence.messages.filter(({ type }) => type === "opened" || type === "closed");
    const at = (path: string) => ({ referer: `${app.origin}/gatehouse${path}` });
    const open = (browser: string, path: string, query = "") =>
      openEventStream(`${app.origin}/gatehouse/events?topic=mesh/%23&browser=${browser}${query}`, at(path));
    const first = await open("tab-1", "/v/weather/mesh/5");
    await presence.atLeast(3);
    const second = await open("tab-2", "/d/mesh/5");
    await presence.atLeast(6);
    const again = await open("tab-1", "/v/weather/mesh/5");
    first.close();
    await presence.atLeast(9);
    again.close();
    await presence.atLeast(11);
    second.close();
    await presence.atLeast(13);
    const shared = `&view=${encodeURIComponent("/gatehouse/v/a")}&view=${encodeURIComponent("/gatehouse/v/b/mesh/5")}`;
    const third = await open("tab-3", "/ignored", shared);
    await presence.atLeast(17);
    third.close();
    const told = pages().map(({ type, payload }) => {
      const { view, device, viewers, watching } = payload as Record<string, unknown>;
      return [type, view, device, viewers, watching];
    });
    should(told).deepEqual([
      ["opened", "weather", "mesh/5", 1, 1],
      ["opened", null, "mesh/5", 1, 2],
      ["closed", "weather", "mesh/5", 0, 1],
      ["closed", null, "mesh/5", 0, 0],
      ["opened", "a", null, 1, 0],
      ["opened", "b", "mesh/5", 1, 1],
    ]);
    should(pages()[0]).containEql({ view: "weather", device: "mesh/5", _session: { type: "browser", id: "tab-1" } });
  });

  it("tells of a browser that does not come back after a deploy, and of its pages, and nothing of one that does", async () => {
    await deploy(NODES, flow());
    const before = new Collected("presence");
    const open = (browser: string) =>
      openEventStream(`${app.origin}/gatehouse/events?topic=mesh/%23&browser=${browser}`, {
        referer: `${app.origin}/gatehouse/v/weather/mesh/5`,
      });
    await open("tab-1");
    await open("tab-2");
    await before.atLeast(6);
    const hub = { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store", maxClients: 1000 };
    await redeploy([...flow().filter(({ id }) => id !== "hub"), hub], "nodes");
    const after = new Collected("presence");
    const back = await open("tab-1");
    const told = (await after.atLeast(5)).map(({ type, payload, _session: session }) => {
      const { follows, viewers } = payload as Record<string, unknown>;
      return [(session as { id: string }).id, type, follows ?? viewers];
    });
    should(told).deepEqual([
      ["tab-1", "connected", ["mesh/#"]],
      ["tab-1", "opened", 1],
      ["tab-1", "viewing", ["mesh/#"]],
      ["tab-2", "gone", []],
      ["tab-2", "closed", 1],
    ]);
    back.close();
    const [gone, closed] = (await after.atLeast(7)).slice(5);
    should([gone!.type, closed!.type]).deepEqual(["gone", "closed"]);
  }).timeout(20_000);

  it("lets the hub refuse commands where its first output leads nowhere", async () => {
    await deploy(NODES, flow({ wires: [[], ["presence"]] }));
    present();
    const answer = await post();
    should(answer.status).equal(503);
    should(await answer.json()).containEql({ error: "unwired" });
    should(shown("browsers").fill).equal("green");
  });

  it("says where another one takes the commands of its hub", async () => {
    const second = { id: "second", z: "tab", type: "gh-browser-in", hub: "hub", wires: [["presence"], []] };
    await deploy(NODES, [...flow(), second]);
    present();
    const [fed, presence] = [new Collected("fed"), new Collected("presence")];
    should((await post()).status).equal(202);
    await fed.atLeast(1);
    should(presence.messages).be.empty();
    should([shown("browsers").fill, shown("second").fill]).deepEqual(["green", "yellow"]);
  });

  for (const [fields, fault] of [
    [{ hub: "" }, /"hub" must be chosen/],
    [{ deadline: "0" }, /"deadline" must be 0.1..86400, got 0/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields)}`, async () => {
      await deploy(NODES, flow(fields));
      should(loggedErrors()).have.length(1);
      should(loggedErrors()[0]).match(fault);
      should(shown("browsers")).match({ fill: "red", text: fault });
    });
  }
});
