/** Commands of browsers over HTTP, their outcomes on the event streams, and who is connected. */
import should from "should";
import type { Presence } from "../../../nodes/sse-hub/browsers.ts";
import type { TakenCommand } from "../../../nodes/sse-hub/command-intake.ts";
import { THIS_MACHINE } from "../../../nodes/sse-hub/visitor.ts";
import { type EventStream, openEventStream } from "../../support/event-stream.ts";
import { type Answer, type ServedHub, serveHub } from "./served-hub.ts";

const JSON_TYPE = { "content-type": "application/json" };
const COMMAND = { device: "mesh/5", type: "message", payload: "go" };

describe("commands of browsers", () => {
  let hub: ServedHub;
  let taken: TakenCommand[];
  const streams: EventStream[] = [];

  beforeEach(async () => {
    hub = await serveHub();
    taken = [];
    await hub.backend.append("mesh/5/GPS", { time: Date.now(), value: 1 });
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await hub.close();
  });

  const take = () => hub.intake.add((command) => void taken.push(command));
  const post = (body: unknown, path = "/commands", headers: Record<string, string> = JSON_TYPE) =>
    hub.ask(path, headers, "POST", typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  const errorOf = ({ status, body }: Answer) => [status, (JSON.parse(body) as { error: string }).error];

  async function listen(query = "", headers = {}): Promise<EventStream> {
    const stream = await openEventStream(`${hub.origin}/events?topic=mesh/%23${query}`, headers);
    streams.push(stream);
    return stream;
  }

  it("are taken with an id, and reach the flow", async () => {
    take();
    const { status, body } = await post({ ...COMMAND, deadline: 4e12, user: "root" });
    should(status).equal(202);
    const { id } = JSON.parse(body) as { id: string };
    should(taken).deepEqual([{ ...COMMAND, deadline: 4e12, id, browser: "@127.0.0.1", scopes: THIS_MACHINE.scopes }]);
    await post(COMMAND, "/commands?browser=tab-1");
    should(taken[1]).containEql({ browser: "tab-1" });
  });

  it("go to the first flow that takes them, and to the next one when that has gone", async () => {
    const [first, second] = [[], []] as [TakenCommand[], TakenCommand[]];
    const leave = hub.intake.add((command) => void first.push(command));
    hub.intake.add((command) => void second.push(command));
    await post(COMMAND);
    leave();
    await post(COMMAND);
    should([first.length, second.length]).deepEqual([1, 1]);
  });

  for (const [title, body, status, error] of [
    ["no JSON", "go", 400, "bad-request"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), 400, "bad-request"],
    ["nothing", "", 400, "bad-request"],
    ["no object", [COMMAND], 400, "bad-request"],
    ["no device", { type: "message" }, 400, "bad-request"],
    ["a deadline that is none", { ...COMMAND, deadline: "soon" }, 400, "bad-request"],
    ["a name that reaches a prototype", '{"device":"mesh/5","type":"a","payload":{"__proto__":1}}', 400, "bad-request"],
    ["lists in lists in lists", `${"[".repeat(40)}${"]".repeat(40)}`, 400, "bad-request"],
    ["too many bytes", `"${"x".repeat(65_536)}"`, 413, "too-large"],
    ["a device that never was there", { ...COMMAND, device: "mesh/6" }, 404, "offline"],
  ] as [string, unknown, number, string][]) {
    it(`are refused with ${title}`, async () => {
      take();
      should(errorOf(await post(body))).deepEqual([status, error]);
      should(taken).be.empty();
    });
  }

  it("are refused where they are no JSON by their type, come from elsewhere, or by a wrong name", async () => {
    take();
    should(errorOf(await post(COMMAND, "/commands", {}))).deepEqual([403, "not-json"]);
    should(errorOf(await post(COMMAND, "/commands", { "content-type": "text/plain" }))).deepEqual([403, "not-json"]);
    should(errorOf(await post(COMMAND, "/commands", { ...JSON_TYPE, origin: "https://evil.example" }))).deepEqual([
      ...[403, "foreign-origin"],
    ]);
    should(errorOf(await post(COMMAND, "/commands?browser=a%20b"))).deepEqual([400, "bad-request"]);
    const { status, headers } = await hub.ask("/commands");
    should([status, headers.allow]).deepEqual([405, "POST"]);
    should(taken).be.empty();
  });

  it("are refused for a device that has been silent for too long", async () => {
    take();
    await hub.backend.append("mesh/7/GPS", { time: Date.now() - 121_000, value: 1 });
    should(errorOf(await post({ ...COMMAND, device: "mesh/7" }))).deepEqual([404, "offline"]);
  });

  it("are refused while no flow takes them, or the store is not ready", async () => {
    should(errorOf(await post(COMMAND))).deepEqual([503, "unwired"]);
    take();
    hub.fail("the disk is gone");
    should(errorOf(await post(COMMAND))).deepEqual([503, "unavailable"]);
  });

  it("are limited for each address, with the time to wait", async () => {
    take();
    const sender = { id: "b", address: "127.0.0.1", visitor: THIS_MACHINE };
    await Promise.all(Array.from({ length: 300 }, () => hub.intake.submit(COMMAND, sender, hub.backend)));
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(COMMAND)));
    const refused = answers.find(({ status }) => status !== 202)!;
    should(errorOf(refused)).deepEqual([429, "busy"]);
    should(refused.headers["retry-after"]).equal("1");
    const { in: count, taken: accepted, refused: reasons } = hub.intake.counts;
    should(count).equal(340);
    should(accepted + reasons.busy).equal(340);
    should(taken).have.length(accepted);
  });

  describe("have their outcomes told", () => {
    const outcome = (id: string) => ({ id, state: "delivered" }) as const;

    it("on all streams of the browser that sent them, and on no other", async () => {
      const [one, again, other, plain] = [
        await listen("&browser=tab-1"),
        await listen("&browser=tab-1"),
        await listen("&browser=tab-2"),
        await listen(),
      ];
      const { browsers } = hub.streams;
      browsers.tell("tab-1", { id: "a", state: "failed", detail: "no\nline" });
      browsers.tell("tab-2", outcome("b"));
      browsers.tell("@127.0.0.1", outcome("c"));
      for (const stream of [one, again]) {
        const { event, data, id } = await stream!.next();
        should([event, JSON.parse(data), id]).deepEqual([
          ...["outcome", { id: "a", state: "failed", detail: "no\nline" }, ""],
        ]);
      }
      should((await other!.next()).data).equal('{"id":"b","state":"delivered"}');
      should((await plain!.next()).data).equal('{"id":"c","state":"delivered"}');
      await hub.tell("mesh/5/GPS", 7);
      for (const stream of [one, again, other, plain]) should((await stream!.next()).event).equal("message");
      should(browsers.counts).deepEqual({ in: 3, told: 3 });
    });

    it("when the browser comes back, where it has named itself", async () => {
      const { browsers } = hub.streams;
      browsers.tell("tab-1", outcome("a"));
      browsers.tell("@127.0.0.1", outcome("b"));
      should([browsers.kept, browsers.dropped]).deepEqual([1, 1]);
      const stream = await listen("&browser=tab-1&latest=1");
      should((await stream.next()).data).equal('{"id":"a","state":"delivered"}');
      should((await stream.next()).event).equal("message");
      should([browsers.kept, browsers.counts.told]).deepEqual([0, 1]);
    });

    it("between whole events of a stream that catches up", async () => {
      for (let n = 0; n < 2000; n++) await hub.append("mesh/5/text", "x".repeat(200));
      const stream = await listen(`&browser=tab-1&after=${hub.backend.epoch}-0`);
      for (let n = 0; n < 50; n++) hub.streams.browsers.tell("tab-1", outcome(`o${n}`));
      const events = [];
      for (let n = 0; n < 2051; n++) events.push(await stream.next());
      should(events.filter(({ event }) => event === "outcome")).have.length(50);
      for (const { data } of events) JSON.parse(data);
    });
  });

  describe("browsers", () => {
    it("are listed: since when, from where, what they view", async () => {
      const began = Date.now();
      await listen("&browser=secret", { referer: `${hub.origin}/gatehouse/d/mesh%2F5?x=1` });
      await listen("", { referer: "https://elsewhere.example/page" });
      const list = JSON.parse((await hub.ask("/browsers")).body) as Record<string, unknown>[];
      should(list).have.length(2);
      should(list[0]).match({ via: "events", address: "127.0.0.1", topics: ["mesh/#"], view: "/gatehouse/d/mesh%2F5" });
      should(list[1]).match({ view: null, dropped: 0 });
      should(list[0]!.since as number).be.within(began, Date.now());
      should(JSON.stringify(list)).not.match(/secret/);
    });

    it("are told of as they come and go, and to who begins to listen later", async () => {
      const said: string[] = [];
      let gone = () => {};
      const left = new Promise<void>((resolve) => {
        gone = resolve;
      });
      const hear = ({ type, browser }: Presence) => {
        said.push(`${browser.id} ${type} ${browser.topics}`);
        if (type === "gone") gone();
      };
      const stop = hub.streams.browsers.watch(hear);
      const stream = await listen("&browser=b");
      hub.streams.browsers.watch((presence) => hear(presence));
      stop();
      stream.close();
      await left;
      should(said).deepEqual([
        ...["b connected mesh/#", "b viewing mesh/#", "b connected mesh/#", "b viewing mesh/#", "b gone mesh/#"],
      ]);
    });

    it("keep count of how often they were cut off for lagging", () => {
      const { browsers } = hub.streams;
      const browser = {
        id: "b",
        via: "socket",
        address: "::1",
        since: 1,
        view: null,
        pages: [],
        topics: [],
        tell() {},
        publish() {},
      } as const;
      browsers.cutOff(browser);
      browsers.cutOff(browser);
      browsers.connect(browser);
      should(browsers.list()).match([{ dropped: 2 }]);
      for (let n = 0; n < 1000; n++) browsers.cutOff({ ...browser, id: `other-${n}` });
      should(browsers.list()).match([{ dropped: 0 }]);
    });
  });
});
