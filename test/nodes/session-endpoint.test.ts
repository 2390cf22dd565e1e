/** session-endpoint in a Node-RED runtime, on real sockets: limits, ends, ports, and the role that connects. */
import { once } from "node:events";
import should from "should";
import { findSession, openSessions } from "../../nodes/shared/sessions.ts";
import { freePort } from "../support/node-red.ts";
import { statusOf } from "../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { heard, listen, reached, SESSION_NODES, sessionFlow, TcpPeer, told } from "../support/session-flow.ts";

describe("session-endpoint", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  for (const [field, value, fault] of [
    ["port", "0", '"port" must be 1..65535, got 0'],
    ["port", "", '"port" must be set'],
    ["terminators", "\\q", '"terminators": \\q is none of \\n \\r \\t \\0 \\\\ \\xNN'],
    ["origins", "http://a.b/", '"origins" must be such as http://localhost:1880, got http://a.b/'],
  ] as const) {
    it(`names a wrong ${field}, stays inert, and shows it on its users`, async () => {
      const fields = { port: "5001", framing: "terminators", terminators: "\\n", [field]: value };
      await deploy(SESSION_NODES, sessionFlow(fields));
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

  it("refuses connections beyond its limits, and tells why", async () => {
    const port = await listen({ maxSessions: "2", maxPerAddress: "2" });
    const peers = [await TcpPeer.join(port), await TcpPeer.join(port)];
    const third = new TcpPeer(port);
    await told("refused", "full");
    await third.closed();
    for (const { socket } of peers) socket.destroy();
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

  it("frees and takes its port on a redeploy, within 3 s, though a peer does not close", async () => {
    const port = await listen();
    const peer = await TcpPeer.join(port, true);
    await told("opened");
    const from = performance.now();
    await redeploy(sessionFlow({ port: String(port), name: "other" }));
    await reached("open");
    should(performance.now() - from).be.below(3000);
    peer.socket.destroy();
  });

  it("names the node that has its port, and takes the port when it is free", async () => {
    const port = await freePort();
    const both = [
      ...sessionFlow({ port: String(port), name: "Robots" }),
      { id: "second", type: "gh-session-endpoint", port: String(port) },
    ];
    await deploy(SESSION_NODES, both);
    await reached("open");
    should((await reached("waiting", "second")).detail).equal(`port ${port} is held by Robots`);
    await redeploy(
      both.filter(({ id }) => id !== "end"),
      "nodes",
    );
    await reached("open", "second");
  });

  it("connects to a peer for ever, over TCP and WebSocket", async function reconnect() {
    this.timeout(10_000);
    for (const transport of ["tcp", "ws"]) {
      const port = await freePort();
      const peer = { id: "peer", type: "gh-session-endpoint", transport, port: String(port) };
      const user = { id: "peer-out", z: "tab", x: 0, y: 0, type: "gh-session-out", endpoint: "peer" };
      const connector = sessionFlow({ role: "connect", url: `${transport}://127.0.0.1:${port}` });
      await deploy(SESSION_NODES, connector);
      await reached("waiting");
      await redeploy([...connector, peer, user], "nodes");
      await reached("open");
      nodeOf("peer-out").receive({ payload: "hello" });
      await heard("hello");
      await unload();
    }
  });
});
