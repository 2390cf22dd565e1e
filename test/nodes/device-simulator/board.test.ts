/** The simulated board on a real socket: handshake, records, and a real board beside it. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import should from "should";
import registerSimulator from "../../../nodes/device-simulator.ts";
import { isSimulated, noteRealPeer } from "../../../nodes/shared/simulated.ts";
import { messageAt, messagesAt, registerProbe, statusOf } from "../../support/probe.ts";
import { CATCH, deploy, nodeOf, unload } from "../../support/runtime.ts";

const NODES = [registerProbe, registerSimulator, CATCH];

interface Caught {
  readonly error: { readonly message: string };
}

describe("device-simulator of kind board", () => {
  let gateway: Socket;
  let port: number;
  let heard: string[];
  let from: { address: string; port: number };
  let look = () => {};

  beforeEach(async () => {
    heard = [];
    gateway = createSocket("udp4");
    gateway.bind(0, "127.0.0.1");
    await once(gateway, "listening");
    port = gateway.address().port;
    gateway.on("message", (bytes, source) => {
      heard.push(bytes.toString());
      from = source;
      if (heard.at(-1) === "SYNCH_2 ") gateway.send("SYNCH_3 ", source.port, source.address);
      look();
    });
  });

  afterEach(async () => {
    await unload();
    await new Promise<void>((resolve) => gateway.close(resolve));
  });

  function load(options: object): Promise<void> {
    return deploy(NODES, [
      { id: "tab", type: "tab", label: "board" },
      {
        id: "sim",
        z: "tab",
        x: 0,
        y: 0,
        type: "gh-device-simulator",
        kind: "board",
        port: `${port}`,
        wires: [["events"]],
        ...options,
      },
      { id: "events", z: "tab", x: 0, y: 0, type: "probe" },
      { id: "catch", z: "tab", x: 0, y: 0, type: "catch", scope: ["sim"], wires: [["caught"]] },
      { id: "caught", z: "tab", x: 0, y: 0, type: "probe" },
    ]);
  }

  function hears(fits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      look = () => fits() && resolve();
      look();
    });
  }

  it("says SYNCH first, then sends records at its rate, known as simulated", async () => {
    await load({ records: "200" });
    await hears(() => heard.length > 20);
    should(heard[0]).equal("SYNCH_2 ");
    should(heard[1]).startWith('"WINDSTAT",');
    should(isSimulated("udp", from.address, from.port)).be.true();
    should(await messageAt("events")).have.properties({ type: "synched", payload: port });
    await statusOf("sim", "device-simulator.status.board-sending");
    await unload();
    should(isSimulated("udp", from.address, from.port)).be.false();
  });

  it("finds a gateway that listens on all addresses, and one that appears later", async () => {
    await new Promise<void>((resolve) => gateway.close(resolve));
    await load({ host: "0.0.0.0" });
    await statusOf("sim", "device-simulator.status.board-calling");
    gateway = createSocket("udp4");
    gateway.bind(port, "127.0.0.1");
    const [bytes] = await once(gateway, "message");
    should(bytes.toString()).equal("SYNCH_2 ");
  });

  it("sends bursts, given and malformed records on demand", async () => {
    await load({ records: "0.01" });
    await hears(() => heard.length > 0);
    nodeOf("sim").receive({ payload: { burst: 50, bad: "unknown-code", record: '"WINDSTAT",2,33,44', counts: true } });
    await hears(() => heard.includes('"WINDSTAT",2,33,44') && heard.length > 52);
    should(heard).containEql('"WINDSTAT",2,99,44');
    const { payload } = await messageAt("events", ({ type }) => type === "counts");
    should(payload).have.properties({ malformed: 1, refused: 0 });
  });

  it("steps aside while a real board sends to the same port", async () => {
    await load({ records: "100" });
    await hears(() => heard.length > 3);
    noteRealPeer("udp", port);
    await messageAt("events", ({ type }) => type === "aside");
    await statusOf("sim", "device-simulator.status.board-aside");
    heard = [];
    nodeOf("sim").receive({ payload: { burst: 10 } });
    nodeOf("sim").receive({ payload: "after the burst" });
    await messageAt("caught");
    gateway.send("behind it", port, "127.0.0.1");
    await hears(() => heard.includes("behind it"));
    // Some records were under way when it stepped aside, at a hundred a second.
    should(heard.length).be.below(10);
  });

  const WRONG = [
    { payload: 5, says: /must be true, false or an object of rate, malformed, burst/ },
    { payload: { nodes: 3 }, says: /"nodes" is none of rate/ },
    { payload: { burst: 0 }, says: /"burst" must be 1..100000, got 0/ },
    { payload: { bad: "ugly" }, says: /"bad" must be true, or a reason/ },
  ];
  for (const { payload, says } of WRONG) {
    it(`reports a message that is ${JSON.stringify(payload)}, once`, async () => {
      await load({});
      nodeOf("sim").receive({ payload });
      should((await messageAt<Caught>("caught")).error.message).match(says);
      should(messagesAt("caught")).have.length(1);
    });
  }
});
