/** `udp-handshake` in role server, in a real runtime: the table of PROTOCOLS 3.2 with its bytes on real sockets. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { messageAt, messagesAt } from "../support/probe.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { FieldClient, UdpPeer } from "../support/udp-clients.ts";
import { freePlaces, type Places, serverNode, UDP_NODES, udpFlow } from "../support/udp-flow.ts";

interface Event {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const SPEED = 'event: message\ndata: {"Element" : "Speed", "Data" : "2"}\n\n';

function tell(message: object): void {
  nodeOf("relays").receive(message as never);
}

function event(type: string, fits: (event: Event) => boolean = () => true): Promise<Event> {
  return messageAt<Event>("relays-2", (one) => one.type === type && fits(one));
}

/** Data ports that are reserved, as the metrics have them. */
function reserved(): number {
  return collectSamples().find(({ name }) => name === "gatehouse_udp_reserved")!.value;
}

/** The list of clients, as a flow asks for it. */
async function clients(): Promise<Record<string, unknown>[]> {
  const asked = messagesAt("relays-1").length;
  tell({ action: "clients" });
  await messageAt("relays-1", () => messagesAt("relays-1").length > asked);
  return messagesAt<{ payload: Record<string, unknown>[] }>("relays-1").at(-1)!.payload;
}

describe("udp-handshake", () => {
  const open: { close(): Promise<void> }[] = [];
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

  /** A server in the flow, once its ports are open. */
  async function serve(fields: object = {}): Promise<void> {
    await deploy(UDP_NODES, udpFlow(serverNode(at, fields)));
    await opened();
  }

  async function opened(address = "127.0.0.1"): Promise<void> {
    const probe = await peer(address);
    const sent = setInterval(() => void probe.send("HELLO   ", at.handshakePort, address), 20);
    await probe.next();
    clearInterval(sent);
  }

  async function peer(address?: string, port?: number): Promise<UdpPeer> {
    const one = await UdpPeer.open(address, port);
    open.push(one);
    return one;
  }

  async function fieldClient(address: string, options: object = {}): Promise<FieldClient> {
    const one = await FieldClient.open({ address, handshakePort: at.handshakePort, helloEveryMs: 100, ...options });
    open.push(one);
    return one;
  }

  /** A client whose data comes to its own port. */
  async function joined(address: string, options: object = {}): Promise<FieldClient> {
    const client = await fieldClient(address, options);
    await client.join();
    await event("joined", ({ payload }) => payload.address === address);
    return client;
  }

  describe("as a server, by the table of the protocol", () => {
    it("1, 2: answers HELLO with HIYA and a port, to the sender, and the same port again", async () => {
      await serve();
      const client = await peer("127.0.0.2");
      await client.send("HELLO   ", at.handshakePort);
      const first = await client.next();
      should(first).containEql({ address: "127.0.0.1", port: at.handshakePort });
      should(first.text).match(/^HIYA,\d+$/);
      await client.send("HELLO", at.handshakePort);
      should((await client.next()).text).equal(first.text);
    });

    for (const confirm of ["CONFIRM ,", "CONFIRM,"]) {
      it(`3, 4: takes ${confirm}<port> and sends each element in a datagram to the port of that number`, async () => {
        await serve();
        const client = await peer("127.0.0.2");
        await client.send("HELLO   ", at.handshakePort);
        const port = Number((await client.next()).text.slice("HIYA,".length));
        const data = await peer("127.0.0.2", port);
        await client.send(`${confirm}${port}`, at.handshakePort);
        await event("joined");
        tell({ type: "Speed", payload: 2 });
        tell({ type: "Status", payload: "OK" });
        should(await data.next()).deepEqual({ text: SPEED, address: "127.0.0.1", port });
        should((await data.next()).text).equal('event: message\ndata: {"Element" : "Status", "Data" : "OK"}\n\n');
      });
    }

    it("3: takes CONFIRM on the data port itself, and then sends to where it came from", async () => {
      await serve();
      const client = await peer("127.0.0.2");
      await client.send("HELLO   ", at.handshakePort);
      const port = Number((await client.next()).text.slice("HIYA,".length));
      await client.send(`CONFIRM ,${port}`, port);
      await event("joined");
      tell({ type: "Speed", payload: 2 });
      should((await client.next()).text).equal(SPEED);
    });

    it("4: sends the bare object with that option", async () => {
      await serve({ form: "json" });
      const client = await joined("127.0.0.2");
      tell({ type: "Speed", payload: 2 });
      should((await client.data!.next()).text).equal('{"Element" : "Speed", "Data" : "2"}');
    });

    it("4: sends to the source of CONFIRM with that option", async () => {
      await serve({ destination: "confirm-source" });
      const client = await joined("127.0.0.2");
      tell({ type: "Speed", payload: 2 });
      should((await client.handshake.next()).text).equal(SPEED);
    });

    it("5: follows RUNNING to where it came from, and hears the client from there only", async () => {
      await serve();
      const client = await joined("127.0.0.2", { answers: false });
      const own = await peer("127.0.0.2");
      await own.send("RUNNING ", client.dataPort);
      while ((await clients()).find(({ dataPort }) => dataPort === client.dataPort)?.port !== own.port);
      tell({ type: "Speed", payload: 2 });
      should((await own.next()).text).equal(SPEED);
      should((await clients())[0]).containEql({ address: "127.0.0.2", port: own.port });
    });

    it("frees a reservation that nobody confirms in time", async () => {
      await serve({ reserveS: 0.1 });
      const silent = await fieldClient("127.0.0.2", { confirms: false });
      await silent.join();
      while (reserved() > 0) await new Promise((resolve) => setImmediate(resolve));
      await silent.handshake.send(`CONFIRM ,${silent.dataPort}`, at.handshakePort);
      const other = await joined("127.0.0.3");
      should(await clients()).have.length(1);
      should(other.dataPort).not.equal(silent.dataPort);
    });

    it("closes the slot of a client that never answers, while data goes to it, and says so", async () => {
      await serve({ silentS: 0.3 });
      const silent = await joined("127.0.0.2", { answers: false });
      const honest = await joined("127.0.0.3", { runningEveryMs: 50 });
      const data = setInterval(() => tell({ type: "Speed", payload: 2 }), 20);
      const left = await event("left");
      clearInterval(data);
      should(left.payload).deepEqual({
        address: "127.0.0.2",
        port: silent.dataPort,
        dataPort: silent.dataPort,
        reason: "silent",
      });
      should(await clients()).have.length(1);
      should((await clients())[0]).containEql({ address: "127.0.0.3", port: honest.dataPort });
    });

    it("gives an eleventh client no answer, and says so", async () => {
      await serve();
      for (let index = 2; index < 12; index++) await joined(`127.0.0.${index}`);
      const late = await peer("127.0.0.99");
      await late.send("HELLO   ", at.handshakePort);
      const refused = await event("refused");
      should(refused.payload).containEql({ address: "127.0.0.99", reason: "full", count: 1 });
      should(late.heard).be.empty();
      should(await clients()).have.length(10);
    });

    it("takes nothing from impostors", async () => {
      await serve();
      const client = await joined("127.0.0.2");
      const impostor = await peer("127.0.0.66");
      for (const text of [`CONFIRM ,${client.dataPort}`, "RUNNING ", "CONFIRM "]) {
        await impostor.send(text, at.handshakePort);
        await impostor.send(text, client.dataPort);
      }
      tell({ type: "Speed", payload: 2 });
      should((await client.data!.next()).text).equal(SPEED);
      should(impostor.heard).be.empty();
      should(await clients()).have.length(1);
    });

    it("sends each element eight times to eight clients, in order, and counts them", async () => {
      await serve();
      const all = await Promise.all([2, 3, 4, 5, 6, 7, 8, 9].map((index) => joined(`127.0.0.${index}`)));
      for (let index = 0; index < 50; index++) tell({ type: "Speed", payload: index });
      for (const { data } of all) {
        await data!.until(() => data!.heard.length === 50);
        should(data!.heard.map(({ text }) => /"Data" : "(\d+)"/.exec(text)![1])).deepEqual(
          Array.from({ length: 50 }, (_, index) => String(index)),
        );
      }
      should((await clients()).map(({ sent, dropped, held }) => [sent, dropped, held])).deepEqual(
        Array(8).fill([50, 0, 0]),
      );
    });

    for (const [address, from] of [
      ["::1", "::1"],
      ["::", "127.0.0.2"],
    ] as const) {
      it(`speaks IPv6: at ${address} with a client at ${from}`, async () => {
        const server = from === "::1" ? "::1" : "127.0.0.1";
        await deploy(UDP_NODES, udpFlow(serverNode(at, { address, destination: "confirm-source" })));
        await opened(server);
        const client = await peer(from);
        await client.send("HELLO   ", at.handshakePort, server);
        const port = (await client.next()).text.slice("HIYA,".length);
        await client.send(`CONFIRM ,${port}`, at.handshakePort, server);
        should((await event("joined")).payload).containEql({ address: from, port: client.port });
        tell({ type: "Speed", payload: 2 });
        should((await client.next()).text).equal(SPEED);
        should((await clients())[0]).containEql({ address: from, port: client.port });
      });
    }
  });

  describe("keeps its leases", () => {
    const inStore = { store: "kept" };
    let directory: string;

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "gatehouse-udp-"));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    /** Tells the client something new until it hears it. */
    async function reaches(client: FieldClient, value: string): Promise<void> {
      const timer = setInterval(() => tell({ type: "Speed", payload: value }), 20);
      await client.data!.until(() => client.data!.heard.some(({ text }) => text.includes(value)));
      clearInterval(timer);
    }

    function flow(): ReturnType<typeof udpFlow> {
      return udpFlow({ id: "kept", type: "gh-store-backend", kind: "file", directory }, serverNode(at, inStore));
    }

    it("over a restart, in a store: a client of the field never says HELLO again", async () => {
      await deploy(UDP_NODES, flow());
      const client = await joined("127.0.0.2");
      await reaches(client, "before");
      await unload();
      await deploy(UDP_NODES, flow());
      await reaches(client, "after");
      should((await clients())[0]).containEql({
        address: "127.0.0.2",
        port: client.dataPort,
        dataPort: client.dataPort,
      });
    });

    it("over fifty deploys, with no socket more, and its clients hear it after each", async function deploys() {
      await deploy(UDP_NODES, udpFlow(serverNode(at)));
      const all = [await joined("127.0.0.2"), await joined("127.0.0.3")];
      for (const client of all) await reaches(client, "first");
      const before = readdirSync("/proc/self/fd").length;
      for (let count = 0; count < 50; count++) {
        await redeploy(udpFlow(serverNode(at, { name: `deploy ${count}` })));
        for (const client of all) await reaches(client, `deploy ${count}`);
      }
      should(readdirSync("/proc/self/fd").length).be.belowOrEqual(before + 1);
      should(await clients()).have.length(2);
    });

    it("and forgets them with its node", async () => {
      await deploy(UDP_NODES, flow());
      await reaches(await joined("127.0.0.2"), "before");
      await redeploy(flow().filter(({ id }) => id !== "relays"));
      await redeploy(flow());
      await opened();
      should(await clients()).be.empty();
    });
  });

  describe("with a wrong message", () => {
    for (const [message, fault] of [
      [{ payload: 5 }, /"type" is missing/],
      [{ type: "Speed" }, /"payload" is missing/],
      [{ payload: [5] }, /"type" is missing/],
      [{ action: "latest" }, /msg.action must be "clients", got latest/],
      [{ type: "Log", payload: "x".repeat(2000) }, /element "Log" takes \d+ bytes, a datagram 1400 at most/],
    ] as const) {
      it(`reports ${JSON.stringify(message).slice(0, 60)}, once`, async () => {
        await serve();
        tell(message);
        const { error } = await messageAt<{ error: { message: string } }>("caught");
        should(error.message).match(fault);
        should(messagesAt("caught")).have.length(1);
      });
    }

    it("tells once of an element that is longer than clients of the field read", async () => {
      await serve({ warnBytes: 128 });
      for (let count = 0; count < 3; count++) tell({ type: "Log", payload: "x".repeat(100) });
      tell({ type: "Speed", payload: 2 });
      tell({ action: "clients" });
      await messageAt("relays-1");
      should(messagesAt<Event>("relays-2").filter(({ type }) => type === "long")).have.length(1);
      should((await event("long")).payload).deepEqual({ element: "Log", bytes: 155, warnBytes: 128 });
    });
  });

  describe("with a port in use", () => {
    it("says at the deploy which node has it, and opens when it is free", async () => {
      const other = { ...serverNode(at), id: "first", name: "the first" };
      const second = { ...serverNode(at), id: "second" };
      await deploy(UDP_NODES, udpFlow(other, second));
      should((await logged())[0]).match(new RegExp(`UDP port ${at.handshakePort} is held by the first`));
      await redeploy(udpFlow(second), "nodes");
      await opened();
    });

    it("says at the deploy that another program has it, and opens when it is free", async () => {
      const program = await UdpPeer.open("127.0.0.1", at.handshakePort);
      await deploy(UDP_NODES, udpFlow(serverNode(at)));
      should(await logged()).deepEqual([`UDP port ${at.handshakePort} of 127.0.0.1 is in use by another program`]);
      await program.close();
      await opened();
    });

    it("leaves out a data port that another program has", async () => {
      await peer("127.0.0.1", at.firstDataPort);
      await serve();
      should(await logged()).match([/UDP port \d+ of 127.0.0.1 is in use by another program; 19 are left/]);
      should((await joined("127.0.0.2")).dataPort).not.equal(at.firstDataPort);
    });

    async function logged(): Promise<string[]> {
      while (loggedErrors().length === 0) await new Promise((resolve) => setImmediate(resolve));
      return loggedErrors();
    }
  });

  for (const [fields, fault] of [
    [{ pool: "55058-55060" }, '"pool" must have at least "maxClients" ports (10), got 3'],
    [{ pool: "55058-5507x" }, '"pool": a port must be 1..65535, got "5507x"'],
    [{ handshakePort: "55x57" }, '"handshakePort" must be 1..65535, got 55x57'],
    [{ handshakePort: "55060" }, '"pool" must not have the handshake port 55060'],
    [{ address: "nowhere" }, '"address" must be an IP address, got nowhere'],
    [{ maxClients: "0" }, '"maxClients" must be 1..100, got 0'],
    [{ store: "nobody" }, '"store" must be chosen'],
    [{ role: "relay" }, '"role" must be one of server, client, board, got relay'],
  ] as const) {
    it(`stays inert and names the field with ${JSON.stringify(fields)}`, async () => {
      await deploy(UDP_NODES, udpFlow({ id: "relays", role: "server", ...fields }));
      should(loggedErrors()).deepEqual([fault]);
      tell({ type: "Speed", payload: 2 });
      should((await messageAt<{ error: { message: string } }>("caught")).error.message).equal(`RangeError: ${fault}`);
    });
  }
});
