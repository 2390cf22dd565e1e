/** Event streams over HTTP: current values, resume, gaps, bounds. */
import { once } from "node:events";
import { createConnection } from "node:net";
import should from "should";
import { openMemory } from "../../../backends/memory.ts";
import { type EventStream, openEventStream } from "../../support/event-stream.ts";
import { type ServedHub, serveHub } from "./served-hub.ts";

interface Told {
  readonly topic: string;
  readonly value: number;
  readonly cursor: string;
}

async function values(stream: EventStream, count: number): Promise<number[]> {
  const got: number[] = [];
  while (got.length < count) got.push((JSON.parse((await stream.next()).data) as Told).value);
  return got;
}

function upTo(last: number, from = 1): number[] {
  return Array.from({ length: last - from + 1 }, (_, index) => from + index);
}

describe("event streams", () => {
  let hub: ServedHub;
  let streams: EventStream[] = [];

  async function open(query: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = await openEventStream(`${hub.origin}/events?${query}`, headers);
    streams.push(stream);
    return stream;
  }

  async function tellAll(last: number, from = 1): Promise<void> {
    for (const value of upTo(last, from)) await hub.tell("a/1/t", value);
  }

  afterEach(async () => {
    for (const stream of streams) stream.close();
    streams = [];
    await hub.close();
  });

  it("tell what is published, with the store's cursor as id", async () => {
    hub = await serveHub();
    const stream = await open("topic=a/%2B/t");
    await hub.tell("b/1/t", 1);
    const cursor = await hub.tell("a/1/t", 2);
    const event = await stream.next();
    event.id.should.equal(cursor);
    JSON.parse(event.data).should.deepEqual({ device: "a/1", type: "t", topic: "a/1/t", value: 2, time: 1000, cursor });
  });

  it("tell what is no reading to those alone who name it", async () => {
    hub = await serveHub();
    const [all, named] = [await open("topic=%23&latest=1"), await open("topic=$live/mesh/%23&topic=a/%23&latest=1")];
    hub.streams.publish(
      { topic: "$live/mesh/monitor", device: "$live/mesh", type: "monitor", value: 7, time: 1 },
      "log",
    );
    await hub.tell("a/1/t", 8);
    const told = async (stream: EventStream) => {
      for (let event = await stream.next(); ; event = await stream.next()) {
        if (event.data !== "") return (JSON.parse(event.data) as { value: number }).value;
      }
    };
    should([await told(all), await told(named), await told(named)]).deepEqual([8, 7, 8]);
  });

  it("send current values first, then the snapshot's cursor, then what follows", async () => {
    hub = await serveHub();
    await hub.tell("a/1/t", 1);
    await hub.tell("a/1/t", 2);
    const last = await hub.tell("a/1/u", 3);
    const stream = await open("topic=%23&latest=1");
    const first = [await stream.next(), await stream.next()];
    first.map(({ id }) => id).should.deepEqual(["", ""]);
    await hub.tell("a/1/t", 4);
    await values(stream, 1);
    first.map(({ data }) => (JSON.parse(data) as Told).value).should.deepEqual([2, 3]);
    stream.lastId().should.not.equal(last);
  });

  it("do not repeat an entry that is in the snapshot and told afterwards", async () => {
    hub = await serveHub();
    const cursor = await hub.append("a/1/t", 1);
    const stream = await open("topic=%23&latest=1");
    (await values(stream, 1)).should.deepEqual([1]);
    hub.streams.publish({ topic: "a/1/t", value: 1, time: 1000, cursor }, "log");
    await hub.tell("a/1/t", 2);
    (await values(stream, 1)).should.deepEqual([2]);
  });

  it("resume from the ring by Last-Event-ID", async () => {
    hub = await serveHub();
    const cursor = await hub.tell("a/1/t", 1);
    await tellAll(4, 2);
    const stream = await open("topic=%23&latest=1", { "Last-Event-ID": cursor });
    (await values(stream, 3)).should.deepEqual([2, 3, 4]);
  });

  it("resume from the store where the ring does not reach, and go over to the ring", async () => {
    hub = await serveHub({ maxEvents: 16 });
    const cursor = await hub.tell("a/1/t", 1);
    await tellAll(300, 2);
    const stream = await open(`topic=a/1/t&after=${cursor}`);
    const early = values(stream, 299);
    await tellAll(320, 301);
    (await early).should.deepEqual(upTo(300, 2));
    (await values(stream, 20)).should.deepEqual(upTo(320, 301));
  });

  it("resume from the store beside topics that are only live, and with these alone", async () => {
    hub = await serveHub({ maxEvents: 2 });
    const cursor = await hub.tell("a/1/t", 1);
    await tellAll(6, 2);
    const both = await open(`topic=a/%23&topic=$live/mesh/%23&after=${cursor}`);
    (await values(both, 5)).should.deepEqual(upTo(6, 2));
    const live = await open(`topic=$live/mesh/%23&after=${cursor}`);
    hub.streams.publish({ topic: "$live/mesh/x", device: "$live/mesh", type: "x", value: 7, time: 1 }, "log");
    (await values(both, 1)).should.deepEqual([7]);
    (await values(live, 1)).should.deepEqual([7]);
  });

  it("resume with what was stored and never told, and repeat nothing that is told later", async () => {
    hub = await serveHub();
    const cursor = await hub.tell("a/1/t", 1);
    for (const value of [2, 3]) await hub.append("a/1/t", value);
    const early = await open(`topic=%23&after=${cursor}`);
    (await values(early, 2)).should.deepEqual([2, 3]);
    hub.streams.publish({ topic: "a/1/t", value: 3, time: 1000, cursor: hub.backend.head() }, "log");
    await hub.tell("a/1/t", 4);
    (await values(early, 1)).should.deepEqual([4]);
  });

  it("resume with what was stored between a deploy and the first reading told after it", async () => {
    hub = await serveHub();
    const cursor = await hub.tell("a/1/t", 1);
    hub.streams.interrupt(hub.backend.epoch, 1);
    for (const value of [2, 3]) await hub.append("a/1/t", value);
    await hub.tell("a/1/t", 4);
    (await values(await open(`topic=%23&after=${cursor}`), 3)).should.deepEqual([2, 3, 4]);
  });

  it("resume where nothing that is asked for was stored meanwhile", async () => {
    hub = await serveHub({ maxEvents: 16 });
    const cursor = await hub.tell("b/1/t", 1);
    await tellAll(100);
    const stream = await open(`topic=b/1/t&after=${cursor}`);
    await hub.tell("b/1/t", 2);
    (await values(stream, 1)).should.deepEqual([2]);
  });

  it("resume to the end where what is asked for is removed meanwhile, without asking for current values", async () => {
    hub = await serveHub({ maxEvents: 16 });
    await hub.tell("a/1/t", 1);
    await hub.tell("a/1/t", 2);
    const from = await hub.tell("b/1/t", 3);
    const to = await hub.tell("b/1/t", 4);
    for (let n = 0; n < 20; n++) await hub.tell("c/1/u", 0);
    const { read } = hub.backend;
    hub.backend.latest = () => Promise.reject(new Error("current values were asked for"));
    hub.backend.read = async function* (filters, options) {
      for await (const entry of read.call(hub.backend, filters, options)) {
        yield entry;
        await hub.backend.trim("b/1/t");
      }
    };
    const stream = await open(`topic=%2B/1/t&after=${hub.backend.epoch}-0`);
    (await values(stream, 3)).should.deepEqual([1, 2, 3]);
    JSON.parse((await stream.next()).data).should.deepEqual({ from, to });
    await hub.tell("a/1/t", 5);
    (await values(stream, 1)).should.deepEqual([5]);
  });

  it("tell a gap after another life of the store, and then all that this one holds", async () => {
    hub = await serveHub();
    await tellAll(3);
    const stream = await open("topic=%23", { "Last-Event-ID": "another-70" });
    const gap = await stream.next();
    gap.event.should.equal("gap");
    JSON.parse(gap.data).should.deepEqual({ from: "another-70", to: `${hub.backend.epoch}-0` });
    gap.id.should.equal(`${hub.backend.epoch}-0`);
    (await values(stream, 3)).should.deepEqual([1, 2, 3]);
  });

  it("tell a gap for an id that this store has not reached", async () => {
    hub = await serveHub();
    const head = await hub.tell("a/1/t", 1);
    const stream = await open(`topic=%23&after=${hub.backend.epoch}-99`);
    const gap = await stream.next();
    JSON.parse(gap.data).should.deepEqual({ from: `${hub.backend.epoch}-99`, to: head });
    await hub.tell("a/1/t", 2);
    (await values(stream, 1)).should.deepEqual([2]);
  });

  it("tell a gap where retention has removed what came after", async () => {
    const backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 });
    hub = await serveHub({ maxEvents: 16 }, backend);
    await tellAll(2000);
    const stream = await open(`topic=a/1/t&after=${backend.epoch}-5`);
    const gap = await stream.next();
    gap.event.should.equal("gap");
    const { from, to } = JSON.parse(gap.data) as { from: string; to: string };
    from.should.equal(`${backend.epoch}-5`);
    const first = (await values(stream, 1))[0]!;
    to.should.equal(`${backend.epoch}-${first - 1}`);
    (await values(stream, 2000 - first)).should.deepEqual(upTo(2000, first + 1));
  });

  it("lose and repeat nothing over disconnects under load", async () => {
    hub = await serveHub({ maxEvents: 64 });
    let told = 0;
    let telling = true;
    const load = (async () => {
      while (telling) {
        for (let n = 0; n < 5; n++) await hub.tell(`a/${n % 2}/t`, ++told);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const got: number[] = [];
    let after = `&after=${hub.backend.epoch}-0`;
    for (let round = 0; round < 30; round++) {
      const stream = await open(`topic=%23${after}`);
      got.push(...(await values(stream, 39 + round)));
      const last = await stream.next();
      got.push((JSON.parse(last.data) as Told).value);
      after = `&after=${last.id}`;
      stream.close();
    }
    telling = false;
    await load;
    got.findIndex((value, index) => value !== index + 1).should.equal(-1);
  });

  it("drop a stalled client at its bound, and let it resume by id", async () => {
    hub = await serveHub({ maxLagBytes: 64 * 1024 });
    const text = "x".repeat(8000);
    const socket = hub.rawStream("/events?topic=%23");
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk.toString();
    });
    await once(socket, "data");
    await hub.tell("a/1/t", 0);
    while (!seen.includes('"value":0')) await once(socket, "data");
    socket.pause();
    let last = 0;
    while (hub.streams.clients > 0) {
      await hub.tell("a/1/t", `${++last} ${text}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    hub.streams.counts().dropped.slow.should.equal(1);
    const ended = once(socket, "close");
    socket.resume();
    await ended;
    const whole = seen.slice(0, seen.lastIndexOf("\n\n"));
    const id = [...whole.matchAll(/^id: (.*)$/gm)].at(-1)![1]!;
    const stream = await open("topic=%23", { "Last-Event-ID": id });
    const next = JSON.parse((await stream.next()).data) as Told;
    next.cursor.should.equal(`${hub.backend.epoch}-${Number(id.split("-")[1]) + 1}`);
  });

  it("carry the headers that keep proxies from holding them back", async () => {
    hub = await serveHub();
    const socket = hub.rawStream("/events?topic=%23");
    const [head] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    const text = head.toString();
    for (const line of [
      /^HTTP\/1\.1 200 OK\r\n/,
      /\r\nContent-Type: text\/event-stream; charset=utf-8\r\n/,
      /\r\nCache-Control: no-store, no-transform\r\n/,
      /\r\nX-Accel-Buffering: no\r\n/,
      /\r\nConnection: close\r\n/,
      /\r\nContent-Security-Policy: default-src 'self';/,
    ]) {
      text.should.match(line);
    }
    text.should.not.match(/Transfer-Encoding/);
  });

  it("keep alive with a comment and the cursor", async () => {
    hub = await serveHub({ keepAliveMs: 75 });
    const cursor = await hub.tell("a/1/t", 1);
    const socket = hub.rawStream("/events?topic=b/%23");
    let text = "";
    while (!text.includes(`:\nid: ${cursor}\n\n`)) text += String(((await once(socket, "data")) as [Buffer])[0]);
    socket.destroy();
  });

  it("keep alive while the store is read for them", async () => {
    hub = await serveHub({ keepAliveMs: 75 });
    hub.backend.latest = () => new Promise(() => {});
    const socket = hub.rawStream("/events?topic=%23&latest=1");
    let text = "";
    while (!text.includes("\n\n:\n\n")) text += String(((await once(socket, "data")) as [Buffer])[0]);
    socket.destroy();
  });

  it("refuse one client more than the bound, and say so", async () => {
    hub = await serveHub({ maxClients: 1 });
    await open("topic=%23");
    const { status, headers, body } = await hub.ask("/events?topic=%23");
    status.should.equal(503);
    headers["retry-after"]!.should.equal("10");
    (JSON.parse(body) as { error: string }).error.should.equal("full");
    hub.streams.counts().full.should.equal(1);
  });

  it("refuse a wrong filter and a wrong place by name", async () => {
    hub = await serveHub();
    const filter = await hub.ask("/events?topic=a/%23/b");
    filter.status.should.equal(400);
    (JSON.parse(filter.body) as { message: string }).message.should.match(/a\/#\/b/);
    (await hub.ask("/events?topic=a&after=x")).status.should.equal(400);
  });

  it("are refused while the store is not there, with the reason", async () => {
    hub = await serveHub();
    hub.fail("no such directory");
    const { status, body } = await hub.ask("/events?topic=%23");
    status.should.equal(503);
    (JSON.parse(body) as { message: string }).message.should.match(/no such directory/);
  });

  it("end, counted and told once, where the store fails before they are up to date", async () => {
    hub = await serveHub();
    await hub.tell("a/1/t", 1);
    hub.backend.latest = () => Promise.reject(new Error("the disk is gone"));
    for (let browser = 0; browser < 3; browser++) {
      const stream = await open("topic=%23&latest=1");
      await should(stream.next()).be.rejected();
    }
    hub.streams.counts().unreplayed.should.equal(3);
    hub.warnings.should.deepEqual(["1: the disk is gone"]);
    hub.streams.clients.should.equal(0);
  });

  it("end when the hub closes, a stalled one too", async () => {
    hub = await serveHub();
    const stream = await open("topic=%23");
    const stalled = hub.rawStream("/events?topic=%23");
    await once(stalled, "data");
    stalled.pause();
    const ended = stream.next().then(
      () => "event",
      () => "end",
    );
    await hub.streams.close(1000);
    hub.streams.clients.should.equal(0);
    (await ended).should.equal("end");
    stalled.destroy();
  });

  it("end where a second request follows on their connection", async () => {
    hub = await serveHub();
    const socket = hub.rawStream("/events?topic=%23");
    await once(socket, "data");
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    hub.streams.clients.should.equal(0);
  });

  it("end where they are asked for behind an answer that is still being written", async () => {
    hub = await serveHub();
    const { port } = new URL(hub.origin);
    const socket = createConnection(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    socket.write(request("/devices").repeat(300) + request("/events?topic=%23"));
    await once(socket.resume(), "close");
    hub.streams.clients.should.equal(0);
    (await hub.ask("/health")).status.should.equal(200);
  });

  it("are answered with the fault, or ended, where they fail before or after their head", async () => {
    hub = await serveHub();
    const counts = { before: 0, after: 0 };
    const { refusal } = hub.streams;
    hub.streams.refusal = () => Promise.reject(new Error(`fault ${++counts.before}`));
    const { status, body } = await hub.ask("/events?topic=%23");
    [status, body].should.deepEqual([500, '{"error":"failed","message":"fault 1"}']);
    hub.streams.refusal = refusal;
    hub.streams.start = () => Promise.reject(new Error(`fault ${++counts.after}`));
    (await hub.ask("/events?topic=%23")).body.should.match(/^retry: \d+\n\n$/);
    counts.should.deepEqual({ before: 1, after: 1 });
  });

  it("forget a client that goes in the middle of its head", async () => {
    hub = await serveHub();
    const { port } = new URL(hub.origin);
    const socket = createConnection(Number(port), "127.0.0.1");
    socket.write("GET /events?topic=%23 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(socket, "connect");
    socket.resetAndDestroy();
    await open("topic=%23");
    should(hub.streams.clients).be.belowOrEqual(2);
  });
});
