/** `device-view` in a real runtime: commands out, user data and outcomes in, names that clash. */
import should from "should";
import registerBrowserIn from "../../nodes/browser-in.ts";
import registerAuth from "../../nodes/device-token-auth.ts";
import registerView from "../../nodes/device-view.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import registerHub from "../../nodes/sse-hub.ts";
import registerRegistry from "../../nodes/token-registry.ts";
import { type EventStream, openEventStream } from "../support/event-stream.ts";
import { HttpApp } from "../support/http-app.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { Collected, type Message, STORE_NODES, storeFlow } from "../support/store-flow.ts";

const app = new HttpApp();

const NODES = [
  app.register,
  ...STORE_NODES,
  registerHub,
  registerView,
  registerBrowserIn,
  registerRegistry,
  registerAuth,
];
const DEVICE = "site/weather-1";

function view(more: object = {}): Message {
  const fields = { name: "weather", title: "Weather", device: "{device}", html: "<p>{device}</p>", js: "", css: "" };
  return { id: "view", z: "tab", type: "gh-device-view", hub: "hub", ...fields, wires: [["commands"]], ...more };
}

const HUB: Message = { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store" };

/** A later node of the same id takes the place of an earlier one. */
function isLast({ id }: Message, index: number, all: readonly Message[]): boolean {
  return all.findLastIndex((other) => other.id === id) === index;
}

function droppedOf(where: string): Record<string, number> {
  const own = collectSamples().filter(
    ({ name, labels }) => name === "gatehouse_dropped_total" && labels.where === `device-view:${where}`,
  );
  return Object.fromEntries(own.map(({ labels, value }) => [labels.reason, value]));
}

function flow(...nodes: Message[]): Message[] {
  return [...storeFlow(), HUB, ...(nodes.length > 0 ? nodes : [view()]), { id: "commands", z: "tab", type: "helper" }];
}

describe("device-view", () => {
  const streams: EventStream[] = [];
  const origin = () => `${app.origin}/gatehouse`;

  before(async () => {
    await startRuntime();
    await app.start();
  });
  after(async () => {
    app.stop();
    await stopRuntime();
  });
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await unload();
  });

  const present = () => nodeOf("in").receive({ topic: `${DEVICE}/temperature`, payload: 1 });

  function post(body: object = {}): Promise<Response> {
    return fetch(`${origin()}/commands?browser=tab-1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ device: DEVICE, type: "reset", view: "weather", component: "again", ...body }),
    });
  }

  async function listen(...topics: string[]): Promise<EventStream> {
    const query = new URLSearchParams([
      ...topics.map((topic) => ["topic", topic]),
      ["latest", "1"],
      ["browser", "tab-1"],
    ]);
    const stream = await openEventStream(`${origin()}/events?${query}`);
    streams.push(stream);
    return stream;
  }

  async function nextValue(stream: EventStream): Promise<unknown> {
    return (JSON.parse((await stream.next()).data) as { value: unknown }).value;
  }

  /** Resolves when what is told from now on reaches it. */
  async function listening(...topics: string[]): Promise<EventStream> {
    present();
    const stream = await listen(`${DEVICE}/temperature`, ...topics);
    should(await nextValue(stream)).equal(1);
    return stream;
  }

  it("sends what its pages command, with where it came from, and no browser in gets it", async () => {
    await deploy(NODES, [
      ...flow(view({ deadline: "5" })),
      { id: "browsers", z: "tab", type: "gh-browser-in", hub: "hub", wires: [["others"], []] },
      { id: "others", z: "tab", type: "helper" },
    ]);
    present();
    const [own, others] = [new Collected("commands"), new Collected("others")];
    const began = Date.now();
    const { id } = (await (await post({ payload: { hard: true } })).json()) as { id: string };
    const [command] = await own.atLeast(1);
    const session = { type: "browser", id: "tab-1" };
    const place = { view: "weather", component: "again", _session: session };
    should(command).containDeep({
      device: DEVICE,
      type: "reset",
      payload: { hard: true },
      id,
      action: "command",
      ...place,
    });
    should(command!.deadline as number).be.within(began + 5000, Date.now() + 5000);
    should(command).containEql({ topic: `${DEVICE}/reset`, scopes: ["read:#", "command:#"] });
    await post({ view: undefined });
    await post({ view: "mesh" });
    should((await others.atLeast(2)).map((message) => message.view)).deepEqual([undefined, "mesh"]);
    should(own.messages).have.length(1);
  });

  it("sends null where a command has no value", async () => {
    await deploy(NODES, flow());
    present();
    const own = new Collected("commands");
    await post();
    should((await own.atLeast(1))[0]).containEql({ payload: null, component: "again" });
  });

  it("passes a token auth on its way to the store, by what the hub let the browser do", async () => {
    const auth = { mode: "message", right: "command", registry: "tokens", network: "" };
    await deploy(NODES, [
      ...flow(view({ wires: [["auth"]] })),
      { id: "tokens", type: "gh-token-registry", store: "store" },
      { id: "auth", z: "tab", type: "device-token-auth", ...auth, wires: [["in"], ["refused"]] },
      { id: "refused", z: "tab", type: "helper" },
      {
        id: "feed",
        z: "tab",
        type: "gh-store-feed",
        store: "store",
        mode: "commands",
        networks: "site",
        wires: [["commands"]],
      },
    ]);
    present();
    const [fed, refused] = [new Collected("commands"), new Collected("refused")];
    const { id } = (await (await post()).json()) as { id: string };
    should((await fed.atLeast(1))[0]).containEql({ device: DEVICE, type: "reset", id });
    nodeOf("auth").receive({
      device: DEVICE,
      type: "reset",
      _session: { type: "browser", id: "x" },
      scopes: ["read:#"],
    });
    nodeOf("auth").receive({ device: DEVICE, type: "reset", _session: { type: "browser", id: "x" } });
    should((await refused.atLeast(2)).map(({ reason }) => reason)).deepEqual(["forbidden", "missing"]);
  });

  it("tells the browser that sent a command what became of it", async () => {
    await deploy(NODES, flow());
    const stream = await listening();
    const payload = { id: "c-1", state: "delivered" };
    nodeOf("view").receive({ type: "outcome", payload, _session: { type: "browser", id: "tab-1" } });
    should(await stream.next()).containEql({ event: "outcome", data: JSON.stringify(payload) });
  });

  it("tells its pages what comes in, and pages that are opened later the newest", async () => {
    await deploy(NODES, flow());
    const stream = await listening("$live/view/weather");
    nodeOf("view").receive({ payload: { note: "first" } });
    nodeOf("view").receive({ payload: { note: "second" } });
    should([await nextValue(stream), await nextValue(stream)]).deepEqual([{ note: "first" }, { note: "second" }]);
    should(await nextValue(await listen("$live/view/weather"))).deepEqual({ note: "second" });
  });

  it("tells the pages of one device what is for them alone", async () => {
    await deploy(NODES, flow());
    const [own, other] = [`$live/view/weather/${DEVICE}`, "$live/view/weather/site/other"];
    nodeOf("view").receive({ payload: "for one", device: DEVICE });
    nodeOf("view").receive({ payload: "for the other", device: "site/other" });
    should(await nextValue(await listen(own))).equal("for one");
    should(await nextValue(await listen(other))).equal("for the other");
  });

  it("keeps what it told over a deploy, and forgets it when it is deleted", async () => {
    await deploy(NODES, flow());
    nodeOf("view").receive({ payload: "kept" });
    await redeploy(flow(view({ title: "Other" })), "nodes");
    should(await nextValue(await listen("$live/view/weather"))).equal("kept");
    await redeploy(flow(view({ id: "another" })), "nodes");
    nodeOf("another").receive({ payload: "new" });
    should(await nextValue(await listen("$live/view/weather"))).equal("new");
  });

  it("tells pages that are open which version of it is served, another one where a deploy changes what they show", async () => {
    await deploy(NODES, flow());
    present();
    const stream = await listen("$live/view/weather/version", `${DEVICE}/temperature`);
    const told = [await nextValue(stream)];
    should(await nextValue(stream)).equal(1);
    const steps: readonly Message[][] = [
      flow(view({ deadline: "5" })),
      flow(view({ html: "<p>other</p>" })),
      flow(view({ html: "<p>other</p>", css: "p {}" })),
      flow(view({ name: "renamed" })),
      flow(),
      flow(view({ d: true })),
      flow(),
      flow({ id: "other", z: "tab", type: "helper" }),
    ];
    for (const step of steps) {
      await redeploy(step, "nodes");
      told.push(await nextValue(stream));
    }
    const [first, same, html, css, renamed, back, disabled, enabled, deleted] = told;
    should(new Set([first, html, css]).size).equal(3);
    should([same, back, enabled]).deepEqual([first, first, first]);
    should([renamed, disabled, deleted]).deepEqual(["", "", ""]);
  });

  it("reports a message that tells nothing, and one for no device", async () => {
    await deploy(NODES, flow());
    const caught = new Collected("caught");
    nodeOf("view").receive({});
    nodeOf("view").receive({ payload: 1, device: "nowhere" });
    nodeOf("view").receive({ payload: 1n });
    const errors = (await caught.atLeast(3)).map(({ error }) => (error as Error).message);
    should(errors[0]).match(/"payload" is missing/);
    should(errors[1]).match(/"device" must be <network>\/<address>/);
    should(droppedOf("weather")).deepEqual({ "no-view": 0, invalid: 3 });
  });

  it("reports data that is longer than a quarter of the ring, or that comes while it is not served, each counted", async () => {
    await deploy(NODES, [...flow(view(), view({ id: "second" })), { ...HUB, ringMib: "0.0625" }].filter(isLast));
    const caught = new Collected("caught");
    nodeOf("view").receive({ payload: "x".repeat(16_000) });
    nodeOf("view").receive({ payload: "x".repeat(16_400) });
    nodeOf("second").receive({ payload: 1 });
    await caught.atLeast(2);
    should(caught.messages).have.length(2);
    should(droppedOf("weather (view)")).deepEqual({ "no-view": 0, invalid: 1 });
    should(droppedOf("weather (second)")).deepEqual({ "no-view": 1, invalid: 0 });
  });

  it("lets the hub refuse its commands where its output leads nowhere", async () => {
    await deploy(NODES, flow(view({ wires: [[]] })));
    present();
    const answer = await post();
    should(answer.status).equal(503);
    should(await answer.json()).match({ error: "unwired", message: /the output of the view weather/ });
  });

  it("is served when the one that has its name has gone; until then it says which that is", async () => {
    await deploy(NODES, flow(view(), view({ id: "second", html: "<p>second</p>" })));
    should(loggedErrors()).deepEqual(['"name": the view weather is device-view view\'s already']);
    const caught = new Collected("caught");
    nodeOf("second").receive({ payload: 1 });
    await caught.atLeast(1);
    await redeploy(flow(view({ id: "second" })), "nodes");
    nodeOf("second").receive({ payload: "mine" });
    should(await nextValue(await listen("$live/view/weather"))).equal("mine");
  });

  for (const [fields, fault] of [
    [{ hub: "" }, /"hub" must be chosen/],
    [{ name: "" }, /"name" must be set/],
    [{ name: "a.js" }, /"name" must be 1..64 letters, digits or _ -/],
    [{ name: "<b>" }, /"name" must be/],
    [{ name: "Mesh" }, /"name": Mesh is a page of the hub itself/],
    [{ device: "weather-1" }, /"device" must be <network>\/<address>.*or \{device\}/],
    [{ networks: "site, a/b" }, /"networks" must be names such as site, got "a\/b"/],
    [{ see: "site/#/x" }, /"see": .*# must be the last level/],
    [{ command: "a+" }, /"command": .*wildcard/],
    [{ deadline: "0" }, /"deadline" must be 0.1..86400, got 0/],
    [{ title: "x".repeat(201) }, /"title" must have 200 characters/],
    [{ html: "x".repeat(1_000_001) }, /"html" must have 1000000 characters/],
  ] as const) {
    it(`stays inert and says so once with ${JSON.stringify(fields).slice(0, 40)}`, async () => {
      await deploy(NODES, flow(view(fields)));
      should(loggedErrors()).have.length(1);
      should(loggedErrors()[0]).match(fault);
    });
  }
});
