/** session-in in a Node-RED runtime, on real sockets: messages by every framing, and who comes and goes. */
import { once } from "node:events";
import should from "should";
import { WebSocket } from "ws";
import { freePort } from "../support/node-red.ts";
import { messageAt, messagesAt, statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import {
  type Heard,
  heard,
  listen,
  payloads,
  reached,
  SESSION_NODES,
  sessionFlow,
  TcpPeer,
  told,
} from "../support/session-flow.ts";

describe("session-in", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("hands on lines as text, however they are cut, with their session", async () => {
    const { socket } = await TcpPeer.join(await listen());
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
    const { socket } = await TcpPeer.join(await listen({ framing: "terminators", terminators: "done\\n \\n" }));
    socket.write('{"a":1}done\n{"b":"done"}\n');
    await heard('{"b":"done"}');
    should(payloads()).deepEqual(['{"a":1}', '{"b":"done"}']);
    socket.destroy();
  });

  it("hands on raw bytes as they come, and tells the peer's half-close", async () => {
    const { socket } = await TcpPeer.join(await listen({ framing: "raw" }));
    socket.end(Buffer.of(0, 255));
    await told("ended");
    should(payloads()).deepEqual([Buffer.of(0, 255)]);
    socket.destroy();
  });

  it("gathers raw bytes up to a silence or a half-close", async () => {
    const { socket } = await TcpPeer.join(await listen({ framing: "raw", gatherMs: "30" }));
    socket.write(Buffer.of(1, 2));
    socket.write(Buffer.of(255));
    await messageAt<Heard>("messages");
    socket.end(Buffer.of(7));
    await told("ended");
    should(payloads()).deepEqual([Buffer.of(1, 2, 255), Buffer.of(7)]);
    socket.destroy();
  });

  it("tells what it drops, and hears the next message", async () => {
    const { socket } = await TcpPeer.join(await listen({ maxBytes: "10" }));
    socket.write(Buffer.concat([Buffer.from("x".repeat(100)), Buffer.from("\n\xff\n\nnext\ncut", "latin1")]));
    await heard("next");
    await told("dropped", "too-long");
    await told("dropped", "utf8");
    socket.end();
    await told("dropped", "unterminated");
    should(payloads()).deepEqual(["next"]);
    socket.destroy();
  });

  it("takes WebSocket messages, text and binary, and tells who opened it", async () => {
    const port = await listen({ transport: "ws", path: "/robots" });
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

  it("sends as a list what comes together, before who leaves, and one message as it is", async () => {
    const port = await freePort();
    const nodes = sessionFlow({ role: "listen", port: String(port) });
    await deploy(
      SESSION_NODES,
      nodes.map((node) => (node.id === "in" ? { ...node, send: "list" } : node)),
    );
    await reached("open");
    const { socket } = await TcpPeer.join(port);
    socket.write("alone\n");
    const alone = await heard("alone");
    socket.end("one\ntwo\n");
    await told("closed", "peer");
    const lists = messagesAt<{ list?: true; payload: Heard[] }>("messages").filter(({ list }) => list);
    should(lists.flatMap(({ payload }) => payload)).containDeep(
      ["one", "two"].map((payload) => ({ payload, _session: alone._session })),
    );
  });

  it("names the endpoint where there is none", async () => {
    await deploy(SESSION_NODES, [
      { id: "tab", type: "tab", label: "session-in" },
      { id: "in", z: "tab", x: 0, y: 0, type: "gh-session-in", endpoint: "" },
    ]);
    should(loggedErrors()).deepEqual(['"endpoint" must be chosen']);
    should((await statusOf("in", '"endpoint" must be chosen')).fill).equal("red");
  });
});
