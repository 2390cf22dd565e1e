/** session-in in a Node-RED runtime, on real sockets: messages by every framing, and who comes and goes. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import should from "should";
import { WebSocket } from "ws";
import registerEndpoint from "../../nodes/session-endpoint.ts";
import registerIn from "../../nodes/session-in.ts";
import { freePort } from "../support/node-red.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";

const NODES = [registerProbe, registerEndpoint, registerIn];

interface Heard {
  readonly payload: string | Buffer;
  readonly address: string;
  readonly port: number;
  readonly _session: { readonly type: string; readonly id: string };
}

interface Told {
  readonly type: string;
  readonly payload: { readonly reason?: string; readonly address: string; readonly headers?: object; path?: string };
  readonly _session: { readonly id: string };
}

let port: number;

/** Deploys an endpoint on a free port, and waits until it listens. */
async function listen(fields: object = {}): Promise<void> {
  port = await freePort();
  await deploy(NODES, [
    { id: "tab", type: "tab", label: "session-in" },
    { id: "end", type: "gh-session-endpoint", role: "listen", port: String(port), ...fields },
    { id: "in", z: "tab", x: 0, y: 0, type: "gh-session-in", endpoint: "end", wires: [["messages"], ["events"]] },
    { id: "messages", z: "tab", x: 0, y: 0, type: "probe" },
    { id: "events", z: "tab", x: 0, y: 0, type: "probe" },
  ]);
  await statusOf("in", "@gatehouse/node-red/session-endpoint:session-endpoint.status.open");
}

async function join(): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

const payloads = () => messagesAt<Heard>("messages").map(({ payload }) => payload);
const heard = (payload: string) => messageAt<Heard>("messages", (one) => one.payload.toString() === payload);
const told = (type: string, reason?: string) =>
  messageAt<Told>("events", (one) => one.type === type && one.payload.reason === reason);

describe("session-in", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hands on lines as text, however they are cut, with their session", async () => {
    await listen();
    const socket = await join();
    const { _session } = await told("opened");
    const bytes = Buffer.from("21 °C\r\nnext\n");
    socket.write(bytes.subarray(0, 4));
    socket.write(bytes.subarray(4));
    await heard("next");
    should(payloads()).deepEqual(["21 °C", "next"]);
    const [message] = messagesAt<Heard>("messages");
    should(message).containDeep({ _session: { type: "session", id: _session.id }, address: "127.0.0.1" });
    should(message!.port).equal(socket.localPort);
    socket.destroy();
    await told("closed", "peer");
  });

  it("takes the longest of the terminators", async () => {
    await listen({ framing: "terminators", terminators: "done\\n \\n" });
    const socket = await join();
    socket.write('{"a":1}done\n{"b":"done"}\n');
    await heard('{"b":"done"}');
    should(payloads()).deepEqual(['{"a":1}', '{"b":"done"}']);
    socket.destroy();
  });

  it("gathers raw bytes up to a silence, and tells the peer's half-close", async () => {
    await listen({ framing: "raw", gatherMs: "30" });
    const socket = await join();
    socket.write(Buffer.of(1, 2));
    socket.write(Buffer.of(255));
    await messageAt<Heard>("messages");
    socket.end(Buffer.of(7));
    await told("ended");
    should(payloads()).deepEqual([Buffer.of(1, 2, 255), Buffer.of(7)]);
    socket.destroy();
  });

  it("tells what it drops, and hears the next message", async () => {
    await listen({ maxBytes: "10" });
    const socket = await join();
    socket.write(Buffer.concat([Buffer.from("x".repeat(100)), Buffer.from("\n\xff\nnext\ncut", "latin1")]));
    await heard("next");
    await told("dropped", "too-long");
    await told("dropped", "utf8");
    socket.end();
    await told("dropped", "unterminated");
    should(payloads()).deepEqual(["next"]);
    socket.destroy();
  });

  it("takes WebSocket messages, text and binary, and tells who opened it", async () => {
    await listen({ transport: "ws", path: "/robots" });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/robots?x=1`, { headers: { "User-Agent": "bot" } });
    await once(socket, "open");
    const { payload } = await told("opened");
    should(payload).containDeep({ path: "/robots", headers: { "user-agent": "bot" } });
    socket.send("text");
    socket.send(Buffer.of(1));
    await messageAt<Heard>("messages", (one) => Buffer.isBuffer(one.payload));
    should(payloads()).deepEqual(["text", Buffer.of(1)]);
    socket.close();
    await told("closed", "peer");
  });

  it("names the endpoint where there is none", async () => {
    await deploy(NODES, [
      { id: "tab", type: "tab", label: "session-in" },
      { id: "in", z: "tab", x: 0, y: 0, type: "gh-session-in", endpoint: "" },
    ]);
    should(loggedErrors()).deepEqual(['"endpoint" must be chosen']);
    should((await statusOf("in", '"endpoint" must be chosen')).fill).equal("red");
  });
});
