/** `gateway-api` in a real runtime, between real sockets and a store (PROTOCOLS 2). */
import { once } from "node:events";
import { connect } from "node:net";
import type { NodeMessage } from "node-red";
import should from "should";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { openSessions } from "../../nodes/shared/sessions.ts";
import type { StoreBackendNode } from "../../nodes/store-backend.ts";
import { ask, FramePeer, gatewayFlow, listenAt, serveGateway } from "../support/gateway-flow.ts";
import { messageAt, messagesAt, statusOf } from "../support/probe.ts";
import { loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { TcpPeer } from "../support/session-flow.ts";

const POSITION = "\x01\x02\x03\x04\x05\x06";
const GET = "[GET]\x00\x05GPS";

interface Command {
  readonly device: string;
  readonly type: string;
  readonly payload: Buffer;
  readonly id: string;
  readonly deadline: number;
  readonly action: string;
}

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** As a codec hands it to the store. */
function reading(device: string, type: string, raw: string, payload: unknown = latin1(raw)) {
  return { device, type, payload, raw: latin1(raw), topic: `${device}/${type}` };
}

function store(...messages: object[]): void {
  for (const message of messages) nodeOf("readings").receive(message as NodeMessage);
}

/** Resolves when the store has it. */
async function stored(...messages: object[]): Promise<void> {
  const done = new Promise<void>((resolve) => {
    let left = messages.length;
    nodeOf("api").on("input", () => --left === 0 && resolve());
  });
  store(...messages);
  await done;
}

function tell(message: object): void {
  nodeOf("api").receive(message as NodeMessage);
}

const link = (type: "opened" | "closed") => ({
  type,
  payload: { device: "sim:a" },
  _session: { type: "uart", id: "p" },
});

function command(index = 0): Promise<Command> {
  return messageAt<Command>("commands", (message) => messagesAt<Command>("commands").indexOf(message) === index);
}

const frame = (wanted: object) => (text: string | Buffer) => {
  const read = JSON.parse(String(text)) as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(read[name]) === JSON.stringify(value));
};

describe("gateway-api", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("answers from the bytes that nodes have sent, and closes", async () => {
    const { tcp } = await serveGateway();
    await listenAt(tcp);
    await stored(reading("mesh/5", "GPS", POSITION, { longitude: 1 }), reading("mesh/6", "BAT", "ab"));
    should(await ask(tcp, GET)).equal(`SGPS\x06\x01\x05${POSITION}`);
    should(await ask(tcp, "[GET]\x00\x06\x02")).equal("S\x02\x01\x00\x06ab");
    should(await ask(tcp, "[GET]|GPS|0xff")).equal("S|GPS|6|1|5|010203040506");
    should(await ask(tcp, "[GET]\x00\x09GPS")).equal("F\x0eNode Not Found");
    should(await ask(tcp, "[GET]\x00\x06GPS")).equal("F\x13Data Type Not Found");
    should(await ask(tcp, "ACT-C")).equal("S\x02");
    should(await ask(tcp, "NSTAT")).equal('S{"node_amount": 2, "node_addr_list": [5, 6], "node_status_list": [1, 1]}');
  });

  it("answers a list by a list, and takes all of one but its fault", async () => {
    await serveGateway({ wires: [["commands"], [], []] });
    await stored(reading("mesh/5", "GPS", POSITION));
    const [a, b] = ["a", "b"].map((id) => ({ _session: { type: "session", id } }));
    const opened = { type: "opened", payload: { address: "127.0.0.1" } };
    const said = [
      { ...opened, ...a },
      { ...opened, ...b },
      { payload: latin1("[syn]\0"), ...a },
      { payload: 5, ...b },
      { payload: latin1(GET), ...b },
    ];
    tell({ list: true, payload: said });
    const { payload } = await messageAt<{ list: true; payload: { payload: Buffer }[] }>("commands");
    should(payload.map((one) => ({ ...one, payload: String(one.payload) }))).deepEqual([
      { payload: "[ack]\0", ...a },
      { payload: `SGPS\x06\x01\x05${POSITION}`, close: true, ...b },
    ]);
    const { error } = await messageAt<{ error: Error }>("caught");
    should(error.message).equal("TypeError: msg.payload of a session must be bytes or text");
  });

  it("has addresses of two bytes in the later generation", async () => {
    const { tcp } = await serveGateway({ generation: "2" });
    await listenAt(tcp);
    await stored(reading("mesh/261", "GPS", POSITION));
    should(await ask(tcp, "[GET]\x01\x05GPS")).equal(`SGPS\x06\x01\x01\x05${POSITION}`);
  });

  it("sends a command on, and answers when it is written or has failed", async () => {
    const { tcp } = await serveGateway();
    await listenAt(tcp);
    const answer = ask(tcp, "[REQ]\x00\x05A");
    const { id, deadline, ...first } = await command();
    should(first).containDeep({ device: "mesh/5", type: "reply", payload: latin1("A"), action: "command" });
    should(deadline).be.approximately(Date.now() + 10_000, 5000);
    tell({ type: "outcome", id, device: "mesh/5", payload: { id, state: "delivered" } });
    should(await answer).equal("S");

    const failing = ask(tcp, "[CMD]NINFO");
    const second = await command(1);
    should(second).containDeep({ device: "mesh/0", type: "verbatim", payload: latin1("NINFO\n") });
    tell({ action: "failed", id: second.id, error: { message: "queue full" } });
    should(await failing).equal("F\x0aqueue full");

    const direct = ask(tcp, "CLEAN");
    tell({ ...(await command(2)), payload: latin1("\xffCLEAN\xfe"), action: "delivered" });
    should(await direct).equal("S");
  });

  it("fails a command at once while the module is not connected, and in time without an outcome", async () => {
    const { tcp } = await serveGateway({ replyTimeoutMs: "100" });
    await listenAt(tcp);
    tell(link("closed"));
    await statusOf("api", "gateway-api.status.unlinked");
    should(await ask(tcp, "[REQ]\x00\x05A")).equal("F\x14No Serial Connection");
    should(await ask(tcp, "SEND-\x00\x05A")).equal("FNo Serial Connection");
    tell(link("opened"));
    should(await ask(tcp, "[REQ]\x00\x05A")).equal("F\x11No Answer In Time");
  });

  it("pushes what nodes request to every program that listens, one by one or from a list", async () => {
    const { tcp, ws } = await serveGateway();
    const [first, second] = [await listenAt(tcp), await listenAt(tcp)];
    const framed = await FramePeer.join(ws);
    framed.socket.send("[syn]\0");
    should(await framed.next()).equal("[ack]\0");
    store(reading("mesh/5", "request", "Robot", "Robot"));
    await Promise.all([first.hears("[ack]\0[REQ]\x05\x00Robot"), second.hears("[ack]\0[REQ]\x05\x00Robot")]);
    should(await framed.next()).deepEqual(latin1("[REQ]\x05\x00Robot"));
    store({
      payload: [
        reading("mesh/5", "GPS", POSITION),
        reading("mesh/258", "request", "B"),
        reading("solar/5", "request", "C"),
      ],
    });
    await first.hears("[ack]\0[REQ]\x05\x00Robot[REQ]\x02\x01B");
  });

  it("pushes every message of nodes but data where the option says so", async () => {
    const { tcp } = await serveGateway({ pushes: "messages" });
    const listener = await listenAt(tcp);
    store(reading("mesh/5", "GPS", POSITION), reading("mesh/5", "message", "hello"), reading("mesh/5", "echo", "A"));
    store(reading("mesh/5", "TMP", "x", [1, 2]));
    await listener.hears("[ack]\0\x00\x05[M]\x05hello\x00\x05EA");
  });

  it("disconnects every node on a reset, until it is heard again", async () => {
    const { tcp } = await serveGateway({ generation: "2" });
    await listenAt(tcp);
    await stored(reading("mesh/5", "GPS", POSITION), reading("mesh/6", "GPS", POSITION));
    const answer = ask(tcp, "RST-R");
    const { id, payload } = await command();
    should(payload).deepEqual(latin1("RST-R"));
    tell({ type: "outcome", id, payload: { id, state: "delivered" } });
    should(await answer).equal("S");
    should(await ask(tcp, "NSTAT")).equal('S{"node_amount": 2, "node_addr_list": [5, 6], "node_status_list": [0, 0]}');
    await stored({ ...reading("mesh/6", "GPS", POSITION), time: Date.now() + 1 });
    should(await ask(tcp, "ACT-C")).equal("S\x01");
  });

  it("hears of a reset, and of a request, from address 0 as from any other", async () => {
    const { tcp } = await serveGateway({ generation: "2" });
    const listener = await listenAt(tcp);
    await stored(reading("mesh/5", "GPS", POSITION));
    should(await ask(tcp, "ACT-C")).equal("S\x01");
    await stored({ ...reading("mesh/0", "root-reset", ""), time: Date.now() + 1 });
    should(await ask(tcp, "ACT-C")).equal("S\x00");
    store(reading("mesh/0", "request", "zero"));
    await listener.hears("[ack]\0[REQ]\0\0zero");
  });

  it("answers over WebSocket as often as it is asked, text with text and bytes with bytes", async () => {
    const { ws } = await serveGateway({ needsListener: false });
    await stored(reading("mesh/5", "GPS", POSITION));
    const peer = await FramePeer.join(ws);
    peer.socket.send("[GET]|GPS|5");
    should(await peer.next()).equal("S|GPS|6|1|5|010203040506");
    peer.socket.send(latin1(GET));
    should(await peer.next()).deepEqual(latin1(`SGPS\x06\x01\x05${POSITION}`));
    peer.socket.send("NSTAT");
    should(await peer.next()).match(/^S\{"node_amount": 1/);
    should(peer.socket.readyState).equal(peer.socket.OPEN);
  });

  describe("monitoring", () => {
    it("tells a browser that comes the present state, and then what changes", async () => {
      const { tcp, monitor } = await serveGateway();
      await stored(reading("mesh/5", "GPS", POSITION));
      const browser = await FramePeer.join(monitor);
      should(JSON.parse(String(await browser.next()))).deepEqual({
        ...{ type: "networkStatus", status: "nodeStatus" },
        nodes: [{ name: "Node-5", status: "normal" }],
      });
      await browser.first(frame({ status: "robotStatus", robots: [] }));
      await browser.first(frame({ status: "connectionStatus", socket: false, uart: false }));
      tell(link("opened"));
      await browser.first(frame({ status: "connectionStatus", socket: false, uart: true }));
      await listenAt(tcp);
      await browser.first(frame({ status: "connectionStatus", socket: true, uart: true }));
      await stored(reading("mesh/7", "BAT", "ab"));
      await browser.first(
        frame({
          nodes: [
            { name: "Node-5", status: "normal" },
            { name: "Node-7", status: "normal" },
          ],
        }),
      );
    });

    it("shows the traffic, the lines of clients, and the robots", async () => {
      const { tcp, monitor } = await serveGateway({ needsListener: false });
      const browsers = [await FramePeer.join(monitor), await FramePeer.join(monitor)];
      for (const browser of browsers) await browser.first(frame({ status: "connectionStatus" }));
      should(await ask(tcp, "W-LOGbattery low")).equal("S");
      should(await ask(tcp, 'W-RBT{"name":"benbot","battery":12}')).equal("S");
      store(reading("mesh/5", "GPS", POSITION));
      for (const browser of browsers) {
        await browser.first(frame({ type: "trafficLog", message: "client 127.0.0.1 asks W-LOGbattery low" }));
        await browser.first(frame({ type: "trafficLog", message: "battery low" }));
        await browser.first(frame({ status: "robotStatus", robots: [{ name: "benbot", battery: 12 }] }));
        await browser.first(
          frame({ type: "trafficLog", message: "uart in: Node-5 GPS \\x01\\x02\\x03\\x04\\x05\\x06" }),
        );
      }
    });

    it("tells pages too where it is told to: nobody has to come, and what is present comes again", async () => {
      type Told = NodeMessage & { payload: string };
      const told = (wanted: object, index = 0) => {
        const fits = ({ topic, payload }: Told) => topic === "$live/mesh/monitor" && frame(wanted)(payload);
        return messageAt<Told>("commands", (message) => messagesAt<Told>("commands").filter(fits)[index] === message);
      };
      const { tcp } = await serveGateway({
        ...{ needsListener: false, tellsPages: true, monitor: "" },
        wires: [["clients-out"], ["commands"], ["commands"]],
      });
      should(await ask(tcp, 'W-RBT{"name":"benbot"}')).equal("S");
      const robots = { status: "robotStatus", robots: [{ name: "benbot" }] };
      await told(robots);
      await told({ type: "trafficLog", message: 'client 127.0.0.1 asks W-RBT{"name":"benbot"}' });
      await told(robots, 1);
      await told({ status: "connectionStatus", socket: false, uart: false });
    });

    it("bounds the traffic log, and says how many lines it left out", async () => {
      const { monitor } = await serveGateway({ linesPerSecond: "2", name: "bounded" });
      const browser = await FramePeer.join(monitor);
      await browser.first(frame({ status: "connectionStatus" }));
      store({ payload: Array.from({ length: 100 }, () => reading("mesh/5", "GPS", POSITION)) });
      await browser.first(frame({ type: "trafficLog", message: "… 99 more" }));
      const samples = collectSamples().filter(({ labels }) => labels.where === "gateway-api:bounded");
      const metric = (name: string) => samples.find((one) => one.name === name)?.value;
      should([metric("gatehouse_api_lines_total"), metric("gatehouse_api_lines_left_out_total")]).deepEqual([100, 99]);
      should(samples.filter(({ name, value }) => name === "gatehouse_dropped_total" && value > 0)).be.empty();
    });
  });

  describe("given what is wrong", () => {
    it("says that nobody listens yet, and closes", async () => {
      const { tcp } = await serveGateway();
      should(await ask(tcp, GET)).equal("[err]-listen_socket_disconnected");
      const listener = await listenAt(tcp);
      listener.socket.destroy();
      await listener.closed();
      for (let reply = ""; reply !== "[err]-listen_socket_disconnected"; ) reply = await ask(tcp, "ACT-C");
    });

    for (const [name, request, reply] of [
      ["an unknown command", "[XYZ]abc", "F\x0fUnknown Command"],
      ["a truncated address", "[GET]\x00", "F\x11Truncated Address"],
      ["an oversized request", `[CMD]${"x".repeat(2000)}`, "F\x10Request Too Long"],
      ["zero bytes alone", "\0\0\0\0\0\0\0\0", "FUnknown Command"],
      ["zero bytes behind a request", `${GET}\0\0\0`, "F\x0eNode Not Found"],
      ["a length that lies", "[CMD]SEND-\x00\x05\xffhello\n", "F\x0cWrong Length"],
    ] as const) {
      it(`answers ${name}`, async () => {
        const { tcp } = await serveGateway();
        await listenAt(tcp);
        should(await ask(tcp, request)).equal(reply);
        should(messagesAt("commands")).be.empty();
      });
    }

    it("says that the store is not ready", async () => {
      const { tcp } = await serveGateway({ name: "storeless" });
      await listenAt(tcp);
      await nodeOf<StoreBackendNode>("store").backend!.close();
      should(await ask(tcp, GET)).equal("F\x0fStore Not Ready");
      should(await ask(tcp, "NSTAT")).equal("FStore Not Ready");
      const failures = collectSamples().find(
        ({ labels }) => labels.where === "gateway-api:storeless" && labels.reason === "store",
      );
      should(failures?.value).equal(2);
    });

    it("lets a client vanish before its reply, and goes on", async () => {
      const { tcp } = await serveGateway({ name: "vanishing" });
      await listenAt(tcp);
      const client = await TcpPeer.join(tcp);
      client.socket.write(latin1("CLEAN"));
      const { id } = await command();
      client.socket.resetAndDestroy();
      while ([...openSessions()].length > 1) await once(nodeOf("api"), "input");
      tell({ type: "outcome", id, payload: { id, state: "delivered" } });
      should(await ask(tcp, "ACT-C")).equal("S\x00");
      const vanished = collectSamples().find(
        ({ labels }) => labels.where === "gateway-api:vanishing" && labels.reason === "vanished",
      );
      should(vanished?.value).equal(1);
    });

    it("survives 2,000 connects in a burst, and serves", async function burst() {
      const { tcp } = await serveGateway();
      await listenAt(tcp);
      for (let round = 0; round < 4; round++) {
        await Promise.all(Array.from({ length: 500 }, () => comeAndGo(tcp)));
      }
      should(await ask(tcp, "ACT-C")).equal("S\x00");
    });

    it("reports a message that it does not know, once", async () => {
      await serveGateway();
      tell({ payload: "hello" });
      const { error } = await messageAt<{ error: { message: string } }>("caught");
      should(error.message).match(/no message of a session, link, reading or outcome/);
    });

    for (const [field, value, fault] of [
      ["store", "", '"store" must be chosen'],
      ["generation", "3", '"generation" must be one of 1, 2, got 3'],
      [
        "typeIds",
        "BATTERY 2",
        '"typeIds" must be names of three characters, each with a number of 0..255, got BATTERY 2',
      ],
      ["requestIdleMs", "0", '"requestIdleMs" must be 1..10000, got 0'],
    ] as const) {
      it(`is inert, and names the field: ${field}`, async () => {
        await serveGateway({ [field]: value });
        should(loggedErrors()).deepEqual([fault]);
        should((await statusOf("api", fault)).fill).equal("red");
      });
    }
  });

  it("says that it is open to the network once a client came from elsewhere", async () => {
    await serveGateway();
    tell({ type: "opened", payload: { address: "192.0.2.7", port: 1 }, _session: { type: "session", id: "far" } });
    should((await statusOf("api", "gateway-api.status.exposed")).fill).equal("yellow");
  });

  it("goes on with those that listen when only itself is deployed anew", async () => {
    const ports = await serveGateway();
    const listener = await listenAt(ports.tcp);
    await redeploy(gatewayFlow(ports, { name: "other" }), "nodes");
    store(reading("mesh/5", "request", "Robot"));
    await listener.hears("[ack]\0[REQ]\x05\x00Robot");
  });

  it("frees its ports and takes them again on a deploy", async () => {
    const ports = await serveGateway();
    const listener = await listenAt(ports.tcp);
    await redeploy(gatewayFlow(ports));
    await listener.closed();
    await nodeOf<StoreBackendNode>("store").open();
    for (;;) {
      const again = await listenAt(ports.tcp).catch(() => null);
      if (again) break;
    }
    should(await ask(ports.tcp, "ACT-C")).equal("S\x00");
  });
});

/** Connects, and ends however the gateway takes it. */
function comeAndGo(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}
