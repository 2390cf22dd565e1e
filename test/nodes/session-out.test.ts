/** session-out in a Node-RED runtime, on real sockets. */
import { once } from "node:events";
import should from "should";
import { WebSocket } from "ws";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { messageAt, messagesAt } from "../support/probe.ts";
import { deploy, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { listen, SESSION_NODES, sessionFlow, TcpPeer, type Told, told } from "../support/session-flow.ts";

interface Caught {
  readonly error: { readonly message: string };
}

const send = (message: Record<string, unknown>) => nodeOf("out").receive(message);
const caught = async () => (await messageAt<Caught>("caught")).error.message.replace(/^\w+: /, "");

describe("session-out", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("answers the session that a message names, as text, bytes or JSON, each a line", async () => {
    const port = await listen();
    const peer = await TcpPeer.join(port);
    const { _session } = await told("opened");
    const other = await TcpPeer.join(port);
    await messageAt<Told>("events", (one) => one.type === "opened" && one._session.id !== _session.id);
    for (const payload of ["21 °C", Buffer.of(0xff), { a: [1] }, 5]) send({ payload, _session });
    await peer.hears(`${Buffer.from("21 °C").toString("latin1")}\n\xff\n{"a":[1]}\n5\n`);
    should(other.text).equal("");
    peer.socket.destroy();
    other.socket.destroy();
  });

  it("sends to all open sessions of its endpoint where none is named", async () => {
    const port = await listen({ framing: "raw" });
    const peers = await Promise.all([TcpPeer.join(port), TcpPeer.join(port)]);
    for (const { socket } of peers)
      await messageAt<Told>("events", ({ type, payload }) => type === "opened" && payload.port === socket.localPort);
    send({ payload: "all" });
    await Promise.all(peers.map((peer) => peer.hears("all")));
    for (const { socket } of peers) socket.destroy();
  });

  it("sends the messages of a list, each to its session, and tells of the first that cannot be sent", async () => {
    const peer = await TcpPeer.join(await listen());
    const { _session } = await told("opened");
    const gone = { type: "session", id: "gone" };
    send({
      list: true,
      payload: [
        { payload: "a", _session },
        { payload: "b", _session: gone },
        { payload: "c", _session },
      ],
    });
    await peer.hears("a\nc\n");
    should(await caught()).equal("the session is closed");
    peer.socket.destroy();
  });

  it("closes a session behind its payload", async () => {
    const peer = await TcpPeer.join(await listen());
    const { _session } = await told("opened");
    send({ payload: "bye", close: true, _session });
    await peer.closed();
    should(peer.text).equal("bye\n");
    await told("closed", "flow");
    send({ close: true, _session });
    send({ payload: "late", _session });
    should(await caught()).equal("the session is closed");
    should(messagesAt("caught")).have.length(1);
    const drops = collectSamples().filter(({ labels }) => labels.where === "session-out:out");
    should(drops.find(({ labels }) => labels.reason === "closed")?.value).equal(1);
  });

  it("sends text and bytes over WebSocket as what they are", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${await listen({ transport: "ws" })}`);
    const messages: unknown[] = [];
    socket.on("message", (data, isBinary) => messages.push(isBinary ? data : data.toString()));
    const { _session } = await told("opened");
    for (const payload of ["text", Buffer.of(1), { a: 1 }]) send({ payload, _session });
    send({ close: true, _session });
    const [code, reason] = (await once(socket, "close")) as [number, Buffer];
    should(messages).deepEqual(["text", Buffer.of(1), '{"a":1}']);
    should([code, reason.toString()]).deepEqual([1000, "flow"]);
  });

  it("writes the lines of one turn together", async () => {
    const peer = await TcpPeer.join(await listen());
    let chunks = 0;
    peer.socket.on("data", () => chunks++);
    const { _session } = await told("opened");
    for (let count = 0; count < 50; count++) send({ payload: "x", _session });
    await peer.hears("x\n".repeat(50));
    should(chunks).be.belowOrEqual(2);
    peer.socket.destroy();
  });

  it("keeps the messages of one turn apart over WebSocket", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${await listen({ transport: "ws" })}`);
    const messages: string[] = [];
    socket.on("message", (data) => messages.push(data.toString()));
    const { _session } = await told("opened");
    const words = Array.from({ length: 50 }, (_, index) => `word ${index}`);
    for (const payload of words) send({ payload, _session });
    send({ close: true, _session });
    await once(socket, "close");
    should(messages).deepEqual(words);
  });

  for (const payload of [undefined, null, () => 1]) {
    it(`reports a payload that is ${payload}, once`, async () => {
      const { socket } = await TcpPeer.join(await listen());
      const { _session } = await told("opened");
      send({ payload, _session });
      should(await caught()).match(/^msg.payload must be a Buffer, a string or an object, got /);
      socket.destroy();
    });
  }

  it("reports a message that names no session where no endpoint is chosen", async () => {
    await deploy(SESSION_NODES, sessionFlow({}));
    await redeploy(sessionFlow({}).map((node) => (node.id === "out" ? { ...node, endpoint: "" } : node)));
    send({ payload: "whom?" });
    should(await caught()).equal("msg._session is missing, and no endpoint is chosen");
  });
});
