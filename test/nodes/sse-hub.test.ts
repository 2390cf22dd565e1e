/** The hub in a whole Node-RED: its path, its pages, its streams over a redeploy. */
import { once } from "node:events";
import should from "should";
import { WebSocket } from "ws";
import { readHubOptions } from "../../nodes/sse-hub/hub-options.ts";
import { type EventStream, openEventStream } from "../support/event-stream.ts";
import { type NodeRed, startNodeRed } from "../support/node-red.ts";

type Flow = Record<string, unknown>[];

const TAB = { id: "tab", type: "tab", label: "hub" };
const STORE = { id: "store", type: "gh-store-backend", name: "", kind: "memory" };
const HUB = { id: "hub", type: "gh-sse-hub", name: "", path: "/gatehouse", store: "store" };

/** Counts up every 10 ms, through the store, to the hub. */
const FLOW: Flow = [
  TAB,
  STORE,
  HUB,
  { id: "in", type: "http in", z: "tab", x: 0, y: 0, url: "/tell/:value", method: "get", wires: [["value", "ok"]] },
  {
    id: "value",
    type: "change",
    z: "tab",
    x: 0,
    y: 0,
    rules: [
      { t: "set", p: "payload", to: "$number(req.params.value)", tot: "jsonata" },
      { t: "set", p: "topic", to: "site/1/n", tot: "str" },
    ],
    wires: [["node-store"]],
  },
  { id: "ok", type: "http response", z: "tab", x: 0, y: 0, wires: [] },
  { id: "node-store", type: "node-store", z: "tab", x: 0, y: 0, store: "store", wires: [["out"], []] },
  { id: "out", type: "sse-out", z: "tab", x: 0, y: 0, hub: "hub", delivery: "log", wires: [] },
];

describe("sse-hub", () => {
  describe("options", () => {
    it("have defaults", () => {
      readHubOptions({}).should.deepEqual({
        path: "/gatehouse",
        maxClients: 20_000,
        maxEvents: 16_384,
        maxBytes: 8 * 1024 * 1024,
        maxLagBytes: 1024 * 1024,
        keepAliveMs: 15_000,
        tickMs: 0,
      });
    });

    const wrong: readonly [string, unknown][] = [
      ["path", "gatehouse"],
      ["path", "/a b"],
      ["path", "/:id"],
      ["maxClients", "0"],
      ["ringEvents", "many"],
      ["ringMib", "-1"],
      ["lagKib", "1"],
      ["keepAliveS", "0"],
      ["keepAliveS", "31"],
      ["tickMs", "1.5"],
    ];
    for (const [name, value] of wrong) {
      it(`name "${name}" where it is ${String(value)}`, () => {
        should(() => readHubOptions({ [name]: value })).throw(RangeError, {
          message: new RegExp(`^"${name}" must be`),
        });
      });
    }
  });

  describe("in Node-RED", () => {
    let red: NodeRed;
    let streams: EventStream[] = [];

    async function open(query: string, headers: Record<string, string> = {}): Promise<EventStream> {
      const stream = await openEventStream(`${red.origin}/gatehouse/events?${query}`, headers);
      streams.push(stream);
      return stream;
    }

    async function ask(path: string): Promise<{ status: number; headers: Headers; body: string }> {
      const response = await fetch(red.origin + path);
      return { status: response.status, headers: response.headers, body: await response.text() };
    }

    async function tell(value: number): Promise<void> {
      should((await ask(`/tell/${value}`)).status).equal(200);
    }

    async function next(stream: EventStream): Promise<{ value: number; id: string }> {
      const { data, id } = await stream.next();
      return { value: (JSON.parse(data) as { value: number }).value, id };
    }

    before(async () => {
      red = await startNodeRed({ flow: FLOW });
    });

    after(() => red.stop());

    afterEach(async () => {
      for (const stream of streams) stream.close();
      streams = [];
      await red.deploy(FLOW);
    });

    it("serves its pages, with its path and a hash by which they may be kept", async () => {
      // Nobody has heard of that device: its page waits for it.
      const pages = [
        ["/gatehouse/", 200],
        ["/gatehouse/d/mesh/5", 404],
      ] as const;
      for (const [path, status] of pages) {
        const page = await ask(path);
        page.status.should.equal(status);
        page.headers.get("content-type")!.should.equal("text/html; charset=utf-8");
        page.headers.get("content-security-policy")!.should.match(/^default-src 'self'; /);
        page.body.should.not.match(/\{\{/);
        const script = /src="(\/gatehouse\/client\.js\?v=[0-9a-f]{16})"/.exec(page.body)![1]!;
        const code = await ask(script);
        code.headers.get("cache-control")!.should.match(/immutable/);
        code.headers.get("content-type")!.should.equal("text/javascript; charset=utf-8");
      }
      const plain = await fetch(`${red.origin}/gatehouse/client.css`);
      plain.headers.get("cache-control")!.should.equal("no-cache");
      const again = await fetch(`${red.origin}/gatehouse/client.css`, {
        headers: { "if-none-match": plain.headers.get("etag")! },
      });
      should(again.status).equal(304);
    });

    it("tells readings to browsers, lists and keeps them", async () => {
      const stream = await open("topic=site/%2B/n");
      await tell(7);
      const { value, id } = await next(stream);
      value.should.equal(7);
      JSON.parse((await ask("/gatehouse/devices")).body)[0].types.n.cursor.should.equal(id);
      JSON.parse((await ask("/gatehouse/history?device=site/1&type=n")).body)
        .at(-1)
        .cursor.should.equal(id);
      (await ask("/gatehouse/health")).body.should.equal('{"status":"ok"}');
      const metrics = (await ask("/gatehouse/metrics")).body;
      metrics.should.match(/^gatehouse_sse_clients\{where="sse-hub:hub"\} 1$/m);
      metrics.should.match(/^gatehouse_dropped_total\{where="sse-hub:hub",reason="slow"\} 0$/m);
      metrics.should.match(/^gatehouse_store_appended_total\{where="store-backend:store"\} \d+$/m);
    });

    it("ends streams on a redeploy, keeps its path, and lets browsers resume", async () => {
      const stream = await open("topic=site/1/n");
      await tell(1);
      const { id } = await next(stream);
      await tell(2);
      await red.deploy(FLOW);
      await should(
        (async () => {
          for (;;) await stream.next();
        })(),
      ).be.rejected();
      const resumed = await open("topic=site/1/n", { "Last-Event-ID": id });
      await tell(3);
      (await next(resumed)).value.should.equal(2);
      (await next(resumed)).value.should.equal(3);
    });

    it("ends streams where only the flow that publishes is deployed, so that browsers resume from the store", async () => {
      const stream = await open("topic=site/1/n");
      await tell(1);
      const { id } = await next(stream);
      await red.deploy(
        FLOW.map((node) => (node.id === "out" ? { ...node, name: "other" } : node)),
        "flows",
      );
      await should(stream.next()).be.rejected();
      await tell(2);
      (await next(await open("topic=site/1/n", { "Last-Event-ID": id }))).value.should.equal(2);
    });

    it("loses and repeats nothing over full redeploys under load", async () => {
      const load = {
        id: "load",
        type: "inject",
        z: "tab",
        x: 0,
        y: 0,
        repeat: "0.01",
        once: true,
        onceDelay: 0.1,
        topic: "site/1/load",
        props: [{ p: "payload" }, { p: "topic", vt: "str" }],
        payload: "",
        payloadType: "date",
        wires: [["node-store"]],
      };
      const flow = [...FLOW, load];
      await red.deploy(flow);
      const told: string[] = [];
      let stream = await open("topic=site/1/load");
      const take = async () => told.push((await stream.next()).id);
      for (let round = 0; round < 4; round++) {
        for (let n = 0; n < 20; n++) await take();
        await red.deploy(flow);
        // What the old hub had written is read to its end.
        await should(
          (async () => {
            for (;;) await take();
          })(),
        ).be.rejected();
        stream = await open(`topic=site/1/load&after=${told.at(-1)}`);
      }
      for (let n = 0; n < 20; n++) await take();
      const history = JSON.parse((await ask("/gatehouse/history?device=site/1&type=load&limit=10000")).body);
      const stored = (history as { cursor: string }[]).map(({ cursor }) => cursor);
      const first = stored.indexOf(told[0]!);
      told.should.deepEqual(stored.slice(first, first + told.length));
    });

    it("answers 404 on its path while no hub has it, and serves again when one has", async () => {
      await red.deploy([TAB]);
      const gone = await ask("/gatehouse/health");
      [gone.status, (JSON.parse(gone.body) as { error: string }).error].should.deepEqual([404, "not-found"]);
      await red.deploy(FLOW);
      (await ask("/gatehouse/health")).status.should.equal(200);
    });

    it("names the other hub where two want the same path", async () => {
      const second = { ...HUB, id: "hub2", name: "second" };
      const out = { id: "out2", type: "sse-out", z: "tab", x: 0, y: 0, hub: "hub2", wires: [] };
      await red.deploy([...FLOW, second, out]);
      await red.printed('"path" /gatehouse is taken by sse-hub ');
      (await ask("/gatehouse/health")).status.should.equal(200);
    });

    it("names a wrong option and stays inert", async () => {
      await red.deploy(FLOW.map((node) => (node.id === "hub" ? { ...node, path: "/x", maxClients: "-3" } : node)));
      await red.printed('"maxClients" must be 1..1000000, got -3');
      (await ask("/x/health")).status.should.equal(404);
    });
  });

  it("stands behind httpNodeAuth where it is set", async () => {
    // bcrypt of "secret"
    const pass = "$2b$08$mtIvvpjeeIqcLor9RVVsD./gum6TX2Q6vTiQ8.woZ4Idw1ck85jZ6";
    const tokens = { id: "tokens", type: "gh-token-registry", store: "store" };
    const red = await startNodeRed({ flow: [...FLOW, tokens], settings: { httpNodeAuth: { user: "anna", pass } } });
    for (const path of ["/", "/events?topic=%23", "/devices", "/metrics"]) {
      should((await fetch(`${red.origin}/gatehouse${path}`)).status).equal(401);
    }
    const url = `${red.origin.replace("http", "ws")}/gatehouse/socket`;
    const [, refused] = await once(new WebSocket(url), "unexpected-response");
    should(refused.statusCode).equal(401);
    const admitted = new WebSocket(url, { auth: "anna:secret" });
    await once(admitted, "open");
    admitted.terminate();
    const from = red.log().length;
    await red.deploy([...FLOW, tokens].map((node) => (node.id === "hub" ? { ...node, ...WITH_TOKENS } : node)));
    await red.printed("Started flows", from);
    await signInBehind(red, `Basic ${Buffer.from("anna:secret").toString("base64")}`);
    await red.stop();
  });
});

const WITH_TOKENS = { registry: "tokens", thisMachine: "never" };

/** Node-RED's own password takes `Authorization`: a token has another header, and one signs in by JSON. */
async function signInBehind(red: NodeRed, authorization: string): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(red.origin + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify(body),
    });
  const ask = async (headers: Record<string, string>) =>
    (await fetch(`${red.origin}/gatehouse/devices`, { headers })).status;
  const password = "correct horse";
  const account = { name: "bea", scopes: ["read:#"], password };
  // The registry answers once its store is open again.
  while (!(await post("/gatehouse/token-registry/tokens/accounts", account)).ok);
  const signedIn = await post("/gatehouse/token", { user: "bea", password });
  should(signedIn.status).equal(200);
  const { token } = (await signedIn.json()) as { token: string };
  should(await ask({ authorization })).equal(401);
  should(await ask({ authorization, "x-gatehouse-token": token })).equal(200);
  should(await ask({ "x-gatehouse-token": token })).equal(401);
}
