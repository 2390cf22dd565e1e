/** The API's core: sessions, requests, outcomes and time go in, events come out (PROTOCOLS 2). */
import should from "should";
import { type ApiEvent, type ApiOptions, GatewayApi, MAX_PENDING } from "../../../lib/gateway-api/api.ts";
import { MAX_WAITING } from "../../../lib/gateway-api/clients.ts";

const OPTIONS: ApiOptions = {
  generation: 1,
  typeNames: new Map([[1, "GPS"]]),
  requestIdleMs: 20,
  replyTimeoutMs: 1000,
  maxRequestBytes: 64,
  needsListener: true,
  idPrefix: "api",
};
const GET = "[GET]\x00\x05GPS";

const bytes = (text: string) => Buffer.from(text, "latin1");

/** What a test reads of events: `to` a session and the text, with ` (closed)` where nothing follows. */
function told(events: readonly ApiEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "request") return [];
    if (event.type === "send") {
      return [`${event.session}: ${event.bytes.toString("latin1")}${event.close ? " (closed)" : ""}`];
    }
    if (event.type === "close") return [`${event.session}: (closed)`];
    if (event.type === "command") return [`command ${event.id} ${event.command.payload.toString("latin1")}`];
    if (event.type === "lookup") return [`lookup ${event.lookup.kind}`];
    return [event.type];
  });
}

/** A core with the options, and short words for what goes in. */
function start(options: Partial<ApiOptions> = {}, listeners: readonly string[] = ["listener"]) {
  const api = new GatewayApi({ ...OPTIONS, ...options });
  const send = (session: string, text: string, now = 0) => told(api.receive(session, bytes(text), false, now));
  const open = (...sessions: readonly string[]) => {
    for (const session of sessions) api.opened(session, false);
  };
  for (const session of listeners) {
    open(session);
    send(session, "[syn]\0");
  }
  return { api, send, open };
}

/** in = out + dropped + held, as the core counts them. */
function shouldBalance(api: GatewayApi, held = 0): void {
  const { requests, replies, vanished, flooded } = api.counts;
  should(requests).equal(replies + vanished + flooded + held);
}

describe("GatewayApi", () => {
  describe("listening", () => {
    it("acknowledges a greeting, whole or in pieces, and keeps the connection", () => {
      const { api, send, open } = start({}, []);
      open("a", "b");
      should(send("a", "[syn]\0")).deepEqual(["a: [ack]\0"]);
      should(send("b", "[sy")).be.empty();
      should(send("b", "n]")).be.empty();
      should(send("b", "\0")).deepEqual(["b: [ack]\0"]);
      should(api.listeners).equal(2);
      shouldBalance(api);
    });

    it("pushes a request to every one that listens, one message each", () => {
      const { api } = start({}, ["a", "b"]);
      should(told(api.push(bytes("[REQ]\x05\x00Robot")))).deepEqual(["a: [REQ]\x05\x00Robot", "b: [REQ]\x05\x00Robot"]);
      should(api.counts.pushes).equal(2);
    });

    it("counts a push that nobody hears", () => {
      const { api } = start({}, []);
      should(api.push(bytes("[REQ]\x05\x00Robot"))).be.empty();
      should(api.counts.unheard).equal(1);
    });

    it("acknowledges again one that greets again, and answers one that asks, without closing it", () => {
      const { api, send } = start();
      should(send("listener", "[syn]\0NSTAT")).deepEqual(["listener: [ack]\0", "lookup nodes"]);
      should(send("listener", "[GET]\0\x05G", 1)).be.empty();
      should(told(api.handleTimer(21))).deepEqual(["lookup get"]);
      should(api.listeners).equal(1);
    });

    it("closes one that half-closes: a program that ended looks the same", () => {
      const { api } = start();
      should(told(api.ended("listener", 0))).deepEqual(["listener: (closed)"]);
      should(api.listeners).equal(0);
    });

    it("goes on over a restart of the core with those that listen, and closes those that it owes a reply", () => {
      const { api, send, open } = start();
      open("asking", "silent");
      send("asking", GET);
      const next = new GatewayApi(OPTIONS);
      should(api.sessions.flatMap((session) => told(next.adopt(session)))).deepEqual(["asking: (closed)"]);
      should(told(next.push(bytes("x")))).deepEqual(["listener: x"]);
      should(told(next.receive("silent", bytes("[syn]\0"), false, 0))).deepEqual(["silent: [ack]\0"]);
    });
  });

  describe("before anybody listens", () => {
    for (const request of [GET, "ACT-C", "[FOO]", "\0", "x".repeat(65)]) {
      it(`refuses ${JSON.stringify(request)}, and closes`, () => {
        const { api, send, open } = start({}, []);
        open("a");
        const events = [...send("a", request), ...told(api.ended("a", 0))];
        should(events).deepEqual(["a: [err]-listen_socket_disconnected (closed)"]);
        should(api.failures).deepEqual({ "no-listener": 1 });
        shouldBalance(api);
      });
    }

    it("refuses again when the last one that listened is gone", () => {
      const { api, send, open } = start();
      api.closed("listener");
      open("a");
      should(send("a", GET)).deepEqual(["a: [err]-listen_socket_disconnected (closed)"]);
    });

    it("serves all the same where the option says so", () => {
      const { send, open } = start({ needsListener: false }, []);
      open("a");
      should(send("a", GET)).deepEqual(["lookup get"]);
    });
  });

  describe("a request", () => {
    it("of known length is asked at once, and its reply closes the connection", () => {
      const { api, send, open } = start();
      open("a");
      const [request, lookup] = api.receive("a", bytes(GET), false, 0);
      should(request!.type).equal("request");
      const { ticket } = lookup as Extract<ApiEvent, { type: "lookup" }>;
      should(told(api.reply(ticket, { bytes: bytes("SGPS"), isBinary: true, leftOut: 0 }))).deepEqual([
        "a: SGPS (closed)",
      ]);
      should(send("a", GET)).be.empty();
      should(api.counts.excess).equal(1);
      shouldBalance(api);
    });

    it("of unknown length ends with 20 ms of silence", () => {
      const { api, send, open } = start();
      open("a");
      should(send("a", "W-LOGhe", 100)).be.empty();
      should(send("a", "llo", 115)).be.empty();
      should(api.nextDeadline()).equal(135);
      should(told(api.handleTimer(134))).be.empty();
      should(told(api.handleTimer(135))).deepEqual(["log", "a: S (closed)"]);
    });

    it("of unknown length ends with the client's half-close", () => {
      const { api, send, open } = start();
      open("a");
      send("a", "W-LOGhello");
      should(told(api.ended("a", 1))).deepEqual(["log", "a: S (closed)"]);
      should(api.nextDeadline()).be.null();
    });

    it("cut anywhere is the same request", () => {
      for (let cut = 1; cut < GET.length; cut++) {
        const { send, open } = start();
        open("a");
        should(send("a", GET.slice(0, cut))).be.empty();
        should(send("a", GET.slice(cut), 5)).deepEqual(["lookup get"]);
      }
    });

    it("has nothing behind it: what follows is counted, and changes nothing", () => {
      const { api, send, open } = start();
      open("a", "b");
      should(send("a", `${GET}\0\0`)).deepEqual(["lookup get"]);
      should(send("b", `${GET}NSTAT`)).deepEqual(["lookup get"]);
      should(send("b", "NSTAT")).be.empty();
      should(api.counts.excess).equal(3);
    });

    it("that never comes closes nothing: the endpoint has a limit for that", () => {
      const { api, open } = start();
      open("a");
      should(api.nextDeadline()).be.null();
      should(told(api.ended("a", 0))).deepEqual(["a: (closed)"]);
    });

    for (const [request, reply] of [
      ["[FOO]", "F\x0fUnknown Command"],
      ["\0\0\0", "FUnknown Command"],
      ["[GET]\0", "F\x11Truncated Address"],
      ["[CMD]SEND-\0\x05\x09abc", "F\x0cWrong Length"],
      [`[CMD]${"x".repeat(60)}`, "F\x10Request Too Long"],
      ["x".repeat(65), "FRequest Too Long"],
    ] as const) {
      it(`that is wrong is told why: ${JSON.stringify(request)}`, () => {
        const { api, send, open } = start();
        open("a");
        should([...send("a", request), ...told(api.handleTimer(20))]).deepEqual([`a: ${reply} (closed)`]);
        shouldBalance(api);
      });
    }

    it("of a client that vanishes is answered to nobody, and counted", () => {
      const { api, open } = start();
      open("a");
      const [, lookup] = api.receive("a", bytes(GET), false, 0);
      api.closed("a");
      const { ticket } = lookup as Extract<ApiEvent, { type: "lookup" }>;
      should(api.reply(ticket, { bytes: bytes("S"), isBinary: true, leftOut: 0 })).be.empty();
      should(api.counts.vanished).equal(1);
      shouldBalance(api);
    });
  });

  describe("a command", () => {
    function ask(request = "[CMD]NINFO") {
      const started = start();
      started.open("a");
      started.send("a", request);
      return { ...started, command: told(started.api.handleTimer(20)) };
    }

    it("is answered when it is written", () => {
      const { api, command } = ask();
      should(command).deepEqual(["command api-1 NINFO\n"]);
      should(told(api.outcome("api-1", true, ""))).deepEqual(["a: S (closed)"]);
      should(told(api.outcome("api-1", true, ""))).be.empty();
      shouldBalance(api);
    });

    it("that fails is answered with the reason", () => {
      should(told(ask().api.outcome("api-1", false, "queue full"))).deepEqual(["a: F\x0aqueue full (closed)"]);
      should(told(ask("NINFO").api.outcome("api-1", false, "queue full"))).deepEqual(["a: Fqueue full (closed)"]);
    });

    it("without an outcome fails in time", () => {
      const { api } = ask();
      should(api.nextDeadline()).equal(1020);
      should(told(api.handleTimer(1020))).deepEqual(["a: F\x11No Answer In Time (closed)"]);
      should(told(api.outcome("api-1", true, ""))).be.empty();
      should(api.counts.waiting).equal(0);
    });

    it("fails at once while the module is not connected, and goes when it is", () => {
      const { api, send, open } = start();
      open("a", "b", "c");
      api.linked(false);
      send("a", "[REQ]\0\x05A");
      send("b", "CLEAN");
      should(told(api.handleTimer(20))).deepEqual([
        "a: F\x14No Serial Connection (closed)",
        "b: FNo Serial Connection (closed)",
      ]);
      api.linked(true);
      send("c", "CLEAN");
      should(told(api.handleTimer(20))).deepEqual(["command api-1 CLEAN"]);
      api.linked(false);
      should(told(api.outcome("api-1", false, "the port is not open"))).deepEqual([
        "c: FNo Serial Connection (closed)",
      ]);
    });

    it("that resets the module disconnects every node once it is written", () => {
      const { api, send, open } = start();
      open("a");
      should(send("a", "RST-R")).deepEqual(["command api-1 RST-R"]);
      should(told(api.outcome("api-1", true, ""))).deepEqual(["reset", "a: S (closed)"]);
    });

    it("too many of them wait: the next one fails at once", () => {
      const { api, send, open } = start();
      const ask = (session: string) => {
        open(session);
        send(session, "CLEAN");
        return told(api.ended(session, 0));
      };
      for (let index = 0; index < MAX_PENDING; index++) ask(`s${index}`);
      should(ask("last")).deepEqual(["last: FToo Many Commands Wait (closed)"]);
    });
  });

  describe("over frames", () => {
    function framed() {
      const api = new GatewayApi({ ...OPTIONS, needsListener: false });
      api.opened("w", true);
      const ask = (text: string, isText = true) => api.receive("w", bytes(text), isText, 0);
      return { api, ask };
    }

    it("takes each frame for a whole request, and keeps the connection", () => {
      const { ask } = framed();
      should(told(ask("W-LOGhello"))).deepEqual(["log", "w: S"]);
      should(told(ask("[GET]"))).deepEqual(["w: F\x11Truncated Address"]);
      should(told(ask("[syn]\0"))).deepEqual(["w: [ack]\0"]);
      should(told(ask("x".repeat(65)))).deepEqual(["w: FRequest Too Long"]);
    });

    it("answers in the order of the requests", () => {
      const { api, ask } = framed();
      const [, first] = ask(GET) as [ApiEvent, Extract<ApiEvent, { type: "lookup" }>];
      should(told(ask("W-LOGhello"))).deepEqual(["log"]);
      should(told(api.reply(first.ticket, { bytes: bytes("SGPS"), isBinary: true, leftOut: 0 }))).deepEqual([
        "w: SGPS",
        "w: S",
      ]);
    });

    it("answers text with text, but bytes as bytes", () => {
      const { api, ask } = framed();
      const isText = (events: readonly ApiEvent[]) =>
        events.flatMap((event) => ("isText" in event ? [event.isText] : []));
      should(isText(ask("W-LOGhello"))).deepEqual([true]);
      should(isText(ask("W-LOGhello", false))).deepEqual([false]);
      const [, first] = ask(GET) as [ApiEvent, Extract<ApiEvent, { type: "lookup" }>];
      should(isText(api.reply(first.ticket, { bytes: bytes("SGPS"), isBinary: true, leftOut: 0 }))).deepEqual([false]);
    });

    it("closes a client that asks faster than it can be answered", () => {
      const { api, ask } = framed();
      for (let index = 0; index < MAX_WAITING; index++) should(told(ask(GET))).deepEqual(["lookup get"]);
      should(told(ask(GET))).deepEqual(["w: (closed)"]);
      should(ask(GET)).be.empty();
      should(api.counts).containEql({ flooded: 1, vanished: MAX_WAITING });
      shouldBalance(api);
    });
  });

  it("keeps nothing of a connection whose beginning nobody told, once it is answered", () => {
    const { api, send } = start({}, ["listener"]);
    should(send("stranger", "[FOO]")).be.empty();
    should(told(api.handleTimer(20))).deepEqual(["stranger: F\x0fUnknown Command (closed)"]);
    should(api.counts.clients).equal(1);
    shouldBalance(api);
  });

  it("keeps nothing of 10,000 connections that came and went", () => {
    const { api, send, open } = start();
    for (let index = 0; index < 10_000; index++) open(`s${index}`);
    for (let index = 0; index < 10_000; index++) send(`s${index}`, index % 2 ? "[GET]" : GET);
    should(api.counts.clients).equal(10_001);
    for (let index = 0; index < 10_000; index++) api.closed(`s${index}`);
    should(api.counts.clients).equal(1);
    should(api.nextDeadline()).be.null();
    shouldBalance(api);
  });
});
