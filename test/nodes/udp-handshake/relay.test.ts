/** `udp-handshake` in role client, in a real runtime: against a server of the test, and against its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { messageAt, messagesAt, statusOf } from "../../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { UdpPeer } from "../../support/udp-clients.ts";
import { freePlaces, type Places, serverNode, UDP_NODES, udpFlow } from "../../support/udp-flow.ts";

interface Reading {
  readonly type: string;
  readonly payload: string;
  readonly _session?: { readonly type: string; readonly id: string };
}

const ELEMENT = (data: string) => `event: message\ndata: {"Element" : "Speed", "Data" : "${data}"}\n\n`;

function reading(type: string, payload: string): Promise<Reading> {
  return messageAt<Reading>("relay-1", (one) => one.type === type && one.payload === payload);
}

function troubles(): string[] {
  return messagesAt<Reading>("relay-1")
    .filter(({ type }) => type === "Error_Message")
    .map(({ payload }) => payload);
}

describe("udp-handshake as a relay", () => {
  const open: UdpPeer[] = [];
  let at: Places;

  before(startRuntime);
  after(stopRuntime);
  beforeEach(async () => {
    at = await freePlaces();
  });
  afterEach(async () => {
    await unload();
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  async function peer(port: number): Promise<UdpPeer> {
    const one = await UdpPeer.open("127.0.0.1", port);
    open.push(one);
    return one;
  }

  function relayNode(fields: object = {}): Record<string, unknown> {
    const { handshakePort } = at;
    return { id: "relay", role: "client", device: "far/board", handshakePort, helloEveryS: 0.1, ...fields };
  }

  /** A server of the test that has answered one HELLO. */
  async function answered(): Promise<{ handshake: UdpPeer; data: UdpPeer; relay: number }> {
    const handshake = await peer(at.handshakePort);
    const data = await peer(at.firstDataPort);
    const { port } = await handshake.next();
    await handshake.send(`HIYA,${at.firstDataPort}`, port);
    const running = await data.next();
    should(running.text).equal("RUNNING ");
    return { handshake, data, relay: running.port };
  }

  const flow = (fields: object = {}) => udpFlow(relayNode(fields));

  it("says HELLO, confirms the port, says RUNNING there, and hands on what comes", async () => {
    await deploy(UDP_NODES, flow());
    const { handshake, data, relay } = await answered();
    await handshake.until(() => handshake.heard.some(({ text }) => text === `CONFIRM ,${at.firstDataPort}`));
    should(handshake.heard[0]!.text).equal("HELLO   ");
    await data.send(ELEMENT("2"), relay);
    await data.send('{"Element":"Wind dir","Data":"NNW"}', relay);
    const { _msgid, time, ...first } = { ...(await reading("Speed", "2")) } as Record<string, unknown>;
    should(first).deepEqual({ device: "far/board", type: "Speed", payload: "2", topic: "far/board/Speed" });
    should(time).be.approximately(Date.now(), 5000);
    await reading("Wind%20dir", "NNW");
    await messageAt("relay-2", ({ type }) => type === "joined");
  });

  it("tells browsers of each attempt, and when it is answered", async () => {
    await deploy(UDP_NODES, flow());
    for (const attempt of [1, 2, 3])
      await reading("Error_Message", `Waiting for reply from server. Attempt: ${attempt}`);
    const event = await messageAt("relay-2", ({ type }) => type === "attempt");
    should(event.payload).deepEqual({ host: "127.0.0.1", port: at.handshakePort, attempt: 1 });
    await answered();
    await reading("Error_Message", "");
  });

  it("begins anew when nothing comes, from the same ports, and says so", async () => {
    await deploy(UDP_NODES, flow({ timeoutS: 0.5 }));
    const { handshake, data, relay } = await answered();
    await data.send(ELEMENT("1"), relay);
    await reading("Speed", "1");
    await reading("Error_Message", "No data from the server for 0.5 s");
    const count = handshake.heard.length;
    await handshake.until(() => handshake.heard.length > count);
    const { text, port } = handshake.heard.at(-1)!;
    should(text).equal("HELLO   ");
    should(port).equal(handshake.heard[0]!.port);
    await handshake.send(`HIYA,${at.firstDataPort}`, port);
    should((await data.next()).port).equal(relay);
  });

  it("hears nobody else than the server", async () => {
    await deploy(UDP_NODES, flow());
    const { data, relay } = await answered();
    const impostor = await peer(0);
    await impostor.send(ELEMENT("false"), relay);
    await data.send(ELEMENT("true"), relay);
    await reading("Speed", "true");
    should(messagesAt<Reading>("relay-1").filter(({ payload }) => payload === "false")).be.empty();
  });

  describe("with the server of this process", () => {
    const serverOf = (fields: object = {}) => serverNode(at, fields);
    const both = (relay: object = {}, server: object = {}) => udpFlow(serverOf(server), relayNode(relay));
    const tell = (payload: string) => nodeOf("relays").receive({ type: "Speed", payload } as never);

    /** Tells something new until the relay hands it on. */
    async function reaches(payload: string): Promise<void> {
      const timer = setInterval(() => tell(payload), 20);
      await reading("Speed", payload);
      clearInterval(timer);
    }

    async function clients(): Promise<Record<string, unknown>[]> {
      nodeOf("relays").receive({ action: "clients" } as never);
      return (await messageAt<{ payload: Record<string, unknown>[] }>("relays-1")).payload;
    }

    it("takes no slot of a real client", async () => {
      await deploy(UDP_NODES, both({}, { maxClients: 1 }));
      await reaches("1");
      await statusOf("relays", "udp-handshake.status.clients");
      should((await clients())[0]).containEql({ internal: true });
      const real = await peer(0);
      await real.send("HELLO   ", at.handshakePort);
      should((await real.next()).text).match(/^HIYA/);
    });

    it("is back after each deploy", async () => {
      await deploy(UDP_NODES, both());
      await reaches("before");
      for (const name of ["once", "twice", "thrice"]) {
        await redeploy(both({ name }, { name }));
        await reaches(name);
      }
      should((await clients()).length).equal(1);
    });

    it("is back after the server was away, and says so meanwhile", async () => {
      const running = { runningEveryS: 0.2 };
      await deploy(UDP_NODES, both(running));
      await reaches("before");
      await redeploy(udpFlow(relayNode(running)), "nodes");
      await reading("Error_Message", "The server cannot be reached");
      await reading("Error_Message", "Waiting for reply from server. Attempt: 2");
      await redeploy(both(running), "nodes");
      await reaches("after");
      should(troubles().at(-1)).equal("");
    });

    it("holds a lease only while a browser watches its device", async () => {
      await deploy(UDP_NODES, both({ hold: "watched" }));
      const says = (type: string, topics: string[]) =>
        nodeOf("relay").receive({
          type,
          payload: { follows: topics },
          _session: { type: "browser", id: "b1" },
        } as never);
      says("viewing", ["mesh/#"]);
      await statusOf("relay", "udp-handshake.status.idle");
      says("viewing", ["mesh/#", "far/+/Speed"]);
      await reaches("seen");
      says("gone", []);
      await messageAt("relays-2", ({ type }) => type === "left");
      should(await clients()).be.empty();
    });

    describe("with a lease for each browser", () => {
      const act = (action: string, id?: string) =>
        nodeOf("relay").receive({ action, ...(id !== undefined && { _session: { type: "browser", id } }) } as never);
      const said = (payload: string) =>
        messagesAt<Reading>("relay-1").filter((one) => one.payload === payload && one.type === "Speed");

      async function holdersAre(count: number): Promise<void> {
        const joined = () => messagesAt<Reading>("relays-2").filter(({ type }) => type === "joined").length;
        await messageAt("relays-2", () => joined() === count);
      }

      /** Tells something new until all of these have it, and then one thing once. */
      async function hear(payload: string, ...ids: (string | undefined)[]): Promise<void> {
        const timer = setInterval(() => tell(`${payload} ready`), 20);
        for (const id of ids) {
          await messageAt<Reading>("relay-1", (one) => one.payload === `${payload} ready` && one._session?.id === id);
        }
        clearInterval(timer);
        tell(payload);
        tell(`${payload} last`);
        for (const id of ids) {
          await messageAt<Reading>("relay-1", (one) => one.payload === `${payload} last` && one._session?.id === id);
        }
        should(said(payload).map(({ _session }) => _session?.id)).deepEqual(ids);
      }

      beforeEach(() => deploy(UDP_NODES, both({ hold: "watched", perBrowser: true, maxLeases: 2 })));

      it("hands on each lease's elements to its own browser, once", async () => {
        act("connect", "b1");
        act("connect", "b2");
        await holdersAre(2);
        await hear("both", "b1", "b2");
        const whose = ({ type, _session }: Reading) => type === "joined" && _session?.id === "b2";
        should((await messageAt<Reading>("relay-2", whose)).payload).containEql({ port: at.handshakePort });
        act("disconnect", "b1");
        await messageAt("relays-2", ({ type }) => type === "left");
        await hear("the other", "b2");
      });

      it("tells a browser for which no lease is left, and nobody else", async () => {
        for (const id of ["b1", "b2", "b3"]) act("connect", id);
        const { _session } = await reading("Error_Message", "All 2 leases of this relay are in use");
        should(_session).deepEqual({ type: "browser", id: "b3" });
      });

      it("tells all of the flow's own lease, as long as no browser has one", async () => {
        act("connect");
        await holdersAre(1);
        await hear("all", undefined);
        act("connect", "b1");
        await holdersAre(2);
        await hear("one", "b1");
      });
    });
  });

  describe("reads where the server is", () => {
    let directory: string;

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "gatehouse-peer-"));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    function file(text: string): string {
      const path = join(directory, "peer.txt");
      writeFileSync(path, text);
      return path;
    }

    for (const write of [(port: number) => `127.0.0.1,${port}`, (port: number) => `  127.0.0.1 ,\t${port}\t\r\n\n`]) {
      it(`from a file with ${JSON.stringify(write(55057))}`, async () => {
        const handshake = await peer(at.handshakePort);
        await deploy(UDP_NODES, flow({ peerFile: file(write(at.handshakePort)), handshakePort: "" }));
        should((await handshake.next()).text).equal("HELLO   ");
      });
    }

    it("from an environment variable", async () => {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED puts the variable in.
      const peerOfVariable = "${GATEHOUSE_TEST_PEER}";
      process.env.GATEHOUSE_TEST_PEER = `localhost:${at.handshakePort}`;
      const handshake = await peer(at.handshakePort);
      await deploy(UDP_NODES, flow({ peer: peerOfVariable, handshakePort: "" }));
      delete process.env.GATEHOUSE_TEST_PEER;
      should((await handshake.next()).text).equal("HELLO   ");
    });

    it("and names the file that has letters in the port", async () => {
      const path = file("127.0.0.1,55o57\n");
      await deploy(UDP_NODES, flow({ peerFile: path }));
      should(loggedErrors()).deepEqual([`"peerFile ${path}": a port must be 1..65535, got "55o57"`]);
    });

    it("and names the file that is not there", async () => {
      await deploy(UDP_NODES, flow({ peerFile: "/nowhere/peer.txt" }));
      should(loggedErrors()[0]).match(/^"peerFile" cannot be read: ENOENT.*nowhere/);
    });

    it("and tells browsers of a name that nobody knows", async () => {
      await deploy(UDP_NODES, flow({ peer: "nobody.invalid:55057" }));
      const { payload } = await messageAt<Reading>("relay-1", (one) => /nobody\.invalid/.test(one.payload));
      should(payload).match(/getaddrinfo/);
      should(loggedErrors()).have.length(1);
    });
  });

  it("passes over which pages a browser opens and closes", async () => {
    await deploy(UDP_NODES, flow({ hold: "watched" }));
    for (const type of ["opened", "closed"]) nodeOf("relay").receive({ type, payload: { view: "/d/mesh/1" } } as never);
    nodeOf("relay").receive({ payload: "what comes behind" } as never);
    await messageAt("caught");
    should(messagesAt("caught")).have.length(1);
  });

  it("reports a message that says neither connect nor disconnect, once", async () => {
    await deploy(UDP_NODES, flow({ hold: "watched" }));
    nodeOf("relay").receive({ payload: 1 } as never);
    const { error } = await messageAt<{ error: { message: string } }>("caught");
    should(error.message).match(/"action" must be connect or disconnect/);
  });
});
