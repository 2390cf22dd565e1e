/** session-endpoint in a Node-RED runtime, on real sockets: limits, ends, ports, and the role that connects. */
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, Server } from "node:net";
import type { NodeAPI } from "node-red";
import should from "should";
import { findSession, openSessions } from "../../nodes/shared/sessions.ts";
import { addSimulated, sinceRealPeer } from "../../nodes/shared/simulated.ts";
import { freePort } from "../support/node-red.ts";
import { messageAt, messagesAt, statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import {
  certificate,
  heard,
  joined,
  listen,
  reached,
  SESSION_NODES,
  sessionFlow,
  TcpPeer,
  told,
} from "../support/session-flow.ts";

interface Caught {
  readonly error: { readonly message: string };
}

const TCP_IN = createRequire(import.meta.url)("@node-red/nodes/core/network/31-tcpin.js") as (RED: NodeAPI) => void;
const STATUS = "@gatehouse/node-red/session-endpoint:session-endpoint.status";

describe("session-endpoint", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  for (const [fields, fault] of [
    [{ port: "0" }, '"port" must be 1..65535, got 0'],
    [{ port: "" }, '"port" must be set'],
    [{ terminators: "\\q" }, '"terminators": \\q is none of \\n \\r \\t \\0 \\\\ \\xNN'],
    [{ behind: "\\" }, '"behind": \\ is none of \\n \\r \\t \\0 \\\\ \\xNN'],
    [{ origins: "http://a.b/" }, '"origins" must be such as http://localhost:1880, got http://a.b/'],
    [
      { role: "connect", url: "http://a.b:1" },
      '"url" must be tcp://host:port, tls://host:port, ws://host:port/path or wss://…, got http://a.b:1',
    ],
  ] as const) {
    it(`names a wrong option, stays inert, and shows it on its users: ${JSON.stringify(fields)}`, async () => {
      await deploy(SESSION_NODES, sessionFlow({ port: "5001", framing: "terminators", terminators: "\\n", ...fields }));
      should(loggedErrors()).deepEqual([fault]);
      should((await statusOf("in", fault)).fill).equal("red");
    });
  }

  it("keeps its sessions in a list for the whole process, with who they are", async () => {
    const { socket } = await TcpPeer.join(await listen());
    const { _session } = await told("opened");
    const session = findSession(_session.id)!;
    should([...openSessions()]).deepEqual([session]);
    should(session).containDeep({ endpoint: "end", address: "127.0.0.1", identity: null });
    session.identify({ device: "robot/benbot", token: "t1" });
    should(session.identity).deepEqual({ device: "robot/benbot", token: "t1" });
    session.close("revoked");
    should(findSession(_session.id)).be.undefined();
    await once(socket, "close");
    await told("closed", "revoked");
  });

  it("takes its port again when it fails while it listens, as it does without file descriptors", async () => {
    const servers: Server[] = [];
    const { listen: listening } = Server.prototype;
    Server.prototype.listen = function kept(this: Server, ...how: unknown[]) {
      servers.push(this);
      return Reflect.apply(listening, this, how);
    } as typeof listening;
    try {
      const port = await listen();
      servers.at(-1)!.emit("error", new Error("accept EMFILE"));
      should((await reached("waiting")).detail).equal("accept EMFILE");
      await reached("open");
      await TcpPeer.join(port);
      await told("opened");
    } finally {
      Server.prototype.listen = listening;
    }
  });

  it("hears nothing more from a session that it ends", async () => {
    const peer = await TcpPeer.join(await listen(), true);
    findSession((await told("opened"))._session.id)!.close("revoked");
    await once(peer.socket, "end");
    peer.socket.end("too late\n");
    await told("closed", "revoked");
    should(messagesAt("messages")).be.empty();
  });

  for (const [limit, fields] of [
    ["full", { maxSessions: "2", maxPerAddress: "9" }],
    ["address", { maxSessions: "9", maxPerAddress: "2" }],
    ["unidentified", { identifyS: "60", maxUnidentified: "2" }],
  ] as const) {
    it(`refuses connections beyond its limits, tells why, and admits others when there is room: ${limit}`, async () => {
      const port = await listen(fields);
      const peers = [await TcpPeer.join(port), await TcpPeer.join(port)];
      const third = new TcpPeer(port);
      await told("refused", limit);
      await third.closed();
      peers[0]!.socket.destroy();
      await told("closed");
      peers.push(await TcpPeer.join(port));
      peers[2]!.socket.write("in\n");
      await heard("in");
      for (const { socket } of peers) socket.destroy();
    });
  }

  it("does not count a simulated peer, and tells simulators when a real one is there", async () => {
    const port = await listen({ maxSessions: "1" });
    const localPort = await freePort();
    const forget = addSimulated("tcp", "127.0.0.1", localPort);
    const simulated = new TcpPeer(port, false, localPort);
    await told("opened");
    should(sinceRealPeer("tcp", port)).equal(Number.POSITIVE_INFINITY);
    const real = await TcpPeer.join(port);
    real.socket.write("in\n");
    await heard("in");
    should(sinceRealPeer("tcp", port)).be.below(5000);
    forget();
    for (const { socket } of [simulated, real]) socket.destroy();
  });

  it("ends a peer that does not say who it is in time, and not one that does", async () => {
    const port = await listen({ identifyS: "0.1" });
    const known = await TcpPeer.join(port);
    findSession((await told("opened"))._session.id)!.identify({ user: "ben" });
    const { socket } = await TcpPeer.join(port);
    await told("closed", "unidentified");
    should([...openSessions()].map(({ identity }) => identity?.user)).deepEqual(["ben"]);
    socket.destroy();
    known.socket.destroy();
  });

  it("ends a peer that says nothing, where it must", async () => {
    const { socket } = await TcpPeer.join(await listen({ idleS: "0.1" }));
    await told("closed", "idle");
    socket.destroy();
  });

  it("answers a peer of a line protocol that closed its side, then closes", async () => {
    const peer = await TcpPeer.join(await listen(), true);
    const { _session } = await told("opened");
    peer.socket.end("question\n");
    await heard("question");
    nodeOf("out").receive({ payload: "answer", _session });
    await peer.hears("answer\n");
    await told("closed", "peer");
  });

  it("frees and takes its port on a redeploy, though a peer does not close", async () => {
    const port = await listen();
    const peer = await TcpPeer.join(port, true);
    await told("opened");
    const from = performance.now();
    await redeploy(sessionFlow({ port: String(port), name: "other" }));
    await reached("open");
    should(performance.now() - from).be.below(8000);
    peer.socket.destroy();
  });

  it("names the node that has its port, and takes the port when it is free", async () => {
    const port = await freePort();
    const second = { id: "second", type: "gh-session-endpoint", port: String(port) };
    const both = [...sessionFlow({ port: String(port), name: "Robots" }), second];
    await deploy(SESSION_NODES, both);
    await reached("open");
    should((await reached("waiting", "second")).detail).equal(`port ${port} is held by Robots`);
    await redeploy(
      both.filter(({ id }) => id !== "end"),
      "nodes",
    );
    await reached("open", "second");
  });

  it("says that another program has its port, and takes the port when it is free", async () => {
    const port = await freePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    await deploy(SESSION_NODES, sessionFlow({ port: String(port) }));
    should((await reached("waiting")).detail).equal(`port ${port} is held by another program`);
    other.close();
    await reached("open");
  });

  it("names the core node that has its port", async () => {
    const port = String(await freePort());
    const core = { id: "core", z: "tab", x: 0, y: 0, type: "tcp in", name: "Old robots", server: "server", port };
    await deploy([...SESSION_NODES, TCP_IN], [...sessionFlow({ port }), core]);
    should((await reached("waiting")).detail).equal(`port ${port} is held by tcp in Old robots`);
  });

  for (const [what, tls, fault] of [
    ["has no certificate", {}, '"tls" must have a certificate and its key'],
    ["is something else", { type: "probe" }, '"tls" must be a TLS node, or none'],
    ["has a key that is none", { key: certificate().cert }, /^"tls": /],
  ] as const) {
    it(`names a TLS node that ${what}`, async () => {
      const flow = sessionFlow({ port: "5001", tls: "other" });
      const files = what === "has no certificate" ? {} : certificate();
      await deploy(SESSION_NODES, [...flow, { id: "other", type: "tls-config", certType: "files", ...files, ...tls }]);
      should(loggedErrors()).have.length(1);
      should(loggedErrors()[0]).match(fault);
    });
  }

  it("shows in yellow that anybody may connect from elsewhere, unless they must say who they are", async () => {
    await listen({ host: "0.0.0.0" });
    should((await statusOf("in", `${STATUS}.exposed`)).fill).equal("yellow");
    await unload();
    await listen({ host: "0.0.0.0", identifyS: "5" });
    should((await statusOf("in", `${STATUS}.open`)).fill).equal("green");
  });

  it("connects to a peer for ever, over TCP and WebSocket, with TLS and without", async function reconnect() {
    for (const scheme of ["tcp", "ws", "tls", "wss"]) {
      const port = await freePort();
      const tls = scheme === "tls" || scheme === "wss" ? "tls" : "";
      const transport = scheme.startsWith("w") ? "ws" : "tcp";
      const peer = { id: "peer", type: "gh-session-endpoint", transport, port: String(port), tls };
      const user = { id: "peer-out", z: "tab", x: 0, y: 0, type: "gh-session-out", endpoint: "peer" };
      const connector = sessionFlow({ role: "connect", url: `${scheme}://localhost:${port}`, tls });
      await deploy(SESSION_NODES, connector);
      await reached("waiting");
      await redeploy([...connector, peer, user], "nodes");
      await joined("peer");
      nodeOf("peer-out").receive({ payload: scheme });
      await heard(scheme);
      await unload();
    }
  });

  for (const url of ["tcp://192.0.2.1:4001", "ws://192.0.2.1:4001", "tls://192.0.2.1:4001"]) {
    it(`closes at once while ${url} does not answer`, async () => {
      // TEST-NET-1: packets for it go nowhere (RFC 5737).
      await deploy(SESSION_NODES, sessionFlow({ role: "connect", url }));
      // Nothing tells that the attempt has begun.
      await new Promise((resolve) => setTimeout(resolve, 100));
      const from = performance.now();
      await unload();
      should(performance.now() - from).be.below(5000);
    });
  }

  it("says that it is not connected to the peer that a message is for", async () => {
    await deploy(SESSION_NODES, sessionFlow({ role: "connect", url: `tcp://127.0.0.1:${await freePort()}` }));
    await reached("waiting");
    nodeOf("out").receive({ payload: "lost" });
    should((await messageAt<Caught>("caught")).error.message).match(/not connected/);
  });

  it("refuses a peer that speaks no TLS where it must", async () => {
    const port = await listen({ tls: "tls" });
    const { socket } = await TcpPeer.join(port);
    const { localPort } = socket;
    socket.write("GET / HTTP/1.1\r\n\r\n");
    should((await told("refused", "handshake")).payload.port).equal(localPort);
    socket.destroy();
  });
});
