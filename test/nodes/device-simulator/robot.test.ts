/** The kind `robot` of device-simulator, against a comms server of this process. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import should from "should";
import registerSimulator from "../../../nodes/device-simulator.ts";
import { lentHolder } from "../../../nodes/shared/lent-tokens.ts";
import { collectSamples } from "../../../nodes/shared/metrics.ts";
import { isSimulated, noteRealPeer } from "../../../nodes/shared/simulated.ts";
import { eventually } from "../../support/eventually.ts";
import { CATCH, deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { Collected, type Message } from "../../support/store-flow.ts";

/** Who connected, whether it was known as simulated then, and what it sent. */
class CommsServer {
  readonly server: Server;
  readonly known: boolean[] = [];
  readonly sockets: Socket[] = [];
  text = "";
  #look = () => {};

  constructor() {
    this.server = createServer((socket) => {
      this.known.push(isSimulated("tcp", socket.remoteAddress!, socket.remotePort!));
      this.sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        this.text += chunk;
        this.#look();
      });
      socket.on("close", () => this.#look());
      this.#look();
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  until(fits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => fits() && resolve();
      this.#look();
    });
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

describe("device-simulator, kind robot", () => {
  let comms: CommsServer;
  let port: number;

  before(startRuntime);
  after(stopRuntime);

  beforeEach(async () => {
    comms = new CommsServer();
    port = await comms.listen();
  });

  afterEach(async () => {
    await unload();
    comms.close();
  });

  function load(fields: object = {}): Promise<void> {
    return deploy(
      [registerSimulator, CATCH],
      [
        { id: "tab", type: "tab", label: "test" },
        { id: "sim", z: "tab", type: "gh-device-simulator", kind: "robot", port, wires: [["events"]], ...fields },
        { id: "events", z: "tab", type: "helper" },
      ],
    );
  }

  it("connects each robot, known as simulated from the first, with a token that is its own", async () => {
    await load({ rate: "50" });
    await comms.until(() => comms.text.includes("done\n") && comms.text.includes("}\n"));
    should(comms.known).deepEqual([true, true]);
    const tokens = [...comms.text.matchAll(/"token":"([^"]+)"/g)].map(([, token]) => token!);
    const accounts = new Set(tokens.map((token) => lentHolder(token)?.account));
    should(accounts).deepEqual(new Set(["sim-ada", "sim-bob"]));
    await unload();
    should(lentHolder(tokens[0])).be.null();
  });

  it("tells what the server answers, and heeds the game", async () => {
    await load({ rate: "50", robots: "1" });
    const events = new Collected("events");
    await comms.until(() => comms.text.includes('"Speed":0,'));
    comms.sockets[0]!.write('connected\r\n{"GAME": "start"}\n');
    should(await events.atLeast(2)).match([
      { topic: "simulator/sim-ada", type: "answer", payload: "connected" },
      { type: "answer", payload: '{"GAME": "start"}' },
    ]);
    await comms.until(() => comms.text.includes('"State":"playing"'));
  });

  it("steps aside while a real robot is there", async () => {
    await load({ rate: "50" });
    await comms.until(() => comms.sockets.length === 2 && comms.text.includes("}\n"));
    noteRealPeer("tcp", port);
    await comms.until(() => comms.sockets.every(({ destroyed }) => destroyed));
    const node = nodeOf("sim") as unknown as { status: { args: [{ text: string }][] } };
    await eventually(() => should(node.status.args.map(([{ text }]) => text).join()).match(/aside/));
  });

  it("connects again where the server ends the connection, and asks again whether the game runs", async () => {
    await load({ rate: "50", robots: "1" });
    await comms.until(() => comms.text.split("}\ngame\n").length === 2);
    comms.sockets[0]!.destroy();
    await comms.until(() => comms.text.split("}\ngame\n").length === 3);
    should(comms.known).deepEqual([true, true]);
  });

  it("turns its dials, and tells its counts when asked", async () => {
    await load({ rate: "1", robots: "1", pictures: "0" });
    const events = new Collected("events");
    nodeOf("sim").receive({ payload: { rate: 200, split: 100 } } as never);
    await comms.until(() => comms.text.split("\n").length > 21);
    nodeOf("sim").receive({ payload: { counts: true } } as never);
    const [{ payload }] = (await events.atLeast(1)) as [Message & { payload: { messages: number; split: number } }];
    should(payload.messages).be.above(19);
    should(payload.split).be.above(15);
    should(collectSamples().find(({ name }) => name === "gatehouse_simulated_messages_total")!.value).be.above(19);
  });

  it("reports a dial that is none to catch nodes", async () => {
    await load();
    nodeOf("sim").receive({ payload: { speed: 1 } } as never);
    await comms.until(() => loggedErrors().length > 0);
    should(loggedErrors()[0]).match(/"speed" is none of rate, pictures, wrong, split, coalesce, counts/);
  });

  it("speaks to no other machine, whose tokens these are not", async () => {
    await load({ host: "192.0.2.1" });
    should(loggedErrors()).match([/"host" must be an address of this machine, got 192\.0\.2\.1/]);
  });
});
