/** The client library in Node, over both of its transports, against a gateway of a few lines. */
import { EventEmitter, once } from "node:events";
import should from "should";
import {
  type ClientState,
  connect,
  type MeshClient,
  type MeshFault,
  readPosition,
} from "../../../client/library/node.ts";
import { TestGateway } from "./test-gateway.ts";

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "none",
    (fault: MeshFault) => fault.code,
  );
}

for (const [carrier, addressOf] of [
  ["TCP", (gateway: TestGateway) => gateway.address],
  ["WebSocket", (gateway: TestGateway) => gateway.webSocketAddress],
] as const) {
  describe(`the client library over ${carrier}`, () => {
    let gateway: TestGateway;
    let client: MeshClient;

    beforeEach(async () => {
      gateway = new TestGateway();
      await gateway.start();
      client = connect(addressOf(gateway));
    });

    afterEach(async () => {
      client.close();
      await gateway.stop();
    });

    it("greets, and answers itself only then", async () => {
      gateway.set("GPS", 5, "\x01\x02\x03\x04\x05\x06");
      should(client.isLive).be.false();
      should(latin1(await client.get("GPS", 5))).equal("\x01\x02\x03\x04\x05\x06");
      should(client.isLive).be.true();
      should(gateway.asked).deepEqual(["[GET]\x00\x05GPS"]);
    });

    it("reads a value of one node and of every node", async () => {
      gateway.set("BAT", 5, "a");
      gateway.set("BAT", 6, "b");
      should(latin1(await client.get("BAT", 6))).equal("b");
      should([...(await client.getAll("BAT"))].map(([node, data]) => [node, latin1(data)])).deepEqual([
        [5, "a"],
        [6, "b"],
      ]);
    });

    it("says in the gateway's words why there is no value", async () => {
      gateway.set("GPS", 5, "a");
      await client.get("GPS", 9).should.be.rejectedWith({ code: "refused", message: "Node Not Found" });
      await client.get("XYZ", 5).should.be.rejectedWith({ code: "refused", message: "Data Type Not Found" });
      gateway.answer = "?";
      should(await codeOf(client.get("GPS", 5))).equal("malformed");
    });

    it("sends a message, a command, a reply, a line of the log and robots", async () => {
      await client.send(5, "hello");
      await client.command("NINFO\n");
      await client.reply(5, "A");
      await client.log("lap 1");
      await client.robots([{ name: "r" }]);
      should(gateway.asked).deepEqual([
        "[CMD]SEND-\x00\x05\x05hello\n",
        "[CMD]NINFO\n",
        "[REQ]\x00\x05A",
        "W-LOGlap 1",
        'W-RBT[{"name":"r"}]',
      ]);
      should(await client.nodeCount()).equal(2);
      should(await client.nodes()).deepEqual([
        { address: 5, connected: true },
        { address: 6, connected: false },
      ]);
    });

    it("tells those who subscribed, by type or opcode, and lets them reply", async () => {
      await client.live();
      const heard: string[] = [];
      const replied = new Promise((resolve) => {
        gateway.onReply = (address, text) => resolve([address, text]);
      });
      client.subscribe("request", (message) => {
        heard.push(`request ${message.address} ${message.text}`);
        void message.reply(message.text.toUpperCase());
      });
      client.subscribe(0x45, ({ text }) => heard.push(`E ${text}`))();
      gateway.push("\x00\x05Enobody hears this");
      gateway.push("[REQ]\x05\x00Robot");
      should(await replied).deepEqual([5, "ROBOT"]);
      should(heard).deepEqual(["request 5 Robot"]);
    });

    it("sends a message and waits for that node's answer", async () => {
      gateway.onMessage = (address, text) => {
        gateway.push(`[REQ]${String.fromCharCode(address + 1)}\x00another node`);
        gateway.push(`[REQ]${String.fromCharCode(address)}\x00${text}!`);
      };
      const { address, text } = await client.request(5, "ping");
      should([address, text]).deepEqual([5, "ping!"]);
      gateway.onMessage = () => {};
      should(await codeOf(client.request(5, "ping", { timeoutMs: 20 }))).equal("timeout");
      gateway.answer = "F\x14No Serial Connection";
      should(await codeOf(client.request(5, "ping", { timeoutMs: 20 }))).equal("refused");
    });

    it("tells values of a data type where they change", async () => {
      gateway.set("BAT", 5, "a");
      const heard: string[] = [];
      let next: () => void = () => {};
      const unsubscribe = client.subscribe(
        "BAT",
        ({ address, text }) => {
          heard.push(`${address} ${text}`);
          next();
        },
        5,
      );
      const told = () =>
        new Promise<void>((resolve) => {
          next = resolve;
        });
      await told();
      gateway.set("BAT", 6, "b");
      await told();
      gateway.set("BAT", 5, "c");
      await told();
      unsubscribe();
      should(heard).deepEqual(["5 a", "6 b", "5 c"]);
    });

    it("asks many at once, each on a connection of its own", async () => {
      for (let node = 1; node <= 100; node++) gateway.set("BAT", node, String(node % 10));
      const asked = Array.from({ length: 100 }, (_, index) => client.get("BAT", index + 1));
      should((await Promise.all(asked)).map(latin1)).deepEqual(asked.map((_, index) => String((index + 1) % 10)));
    });

    it("rejects what is under way when it is closed", async () => {
      await client.live();
      gateway.answer = "";
      gateway.acknowledges = false;
      const other = connect(addressOf(gateway));
      const waiting = codeOf(other.get("GPS", 5));
      other.close();
      should(await waiting).equal("closed");
      should(await codeOf(other.live())).equal("closed");
      should(await codeOf(other.send(1, "x"))).equal("closed");
    });
  });
}

describe("the client library", () => {
  it("hands a reply's fault to who asked for faults, where the listener does not catch it", async () => {
    const gateway = new TestGateway();
    await gateway.start();
    const faults: string[] = [];
    let told: () => void = () => {};
    const client = connect(gateway.address, {
      onFault({ message }) {
        faults.push(message);
        told();
      },
    });
    await client.live();
    client.subscribe("request", (message) => message.reply("A"));
    gateway.answer = "F\x14No Serial Connection";
    const heard = new Promise<void>((resolve) => {
      told = resolve;
    });
    gateway.push("[REQ]\x05\x00Robot");
    await heard;
    client.close();
    await gateway.stop();
    should(faults).deepEqual(["No Serial Connection"]);
  });

  it("comes back after a restart of the gateway, and tells each change", async () => {
    const gateway = new TestGateway();
    await gateway.start();
    const states: ClientState[] = [];
    let changed: () => void = () => {};
    const client = connect(gateway.address, {
      onState(state) {
        states.push(state);
        changed();
      },
    });
    await client.live();
    const lost = new Promise<void>((resolve) => {
      changed = resolve;
    });
    await gateway.stop();
    await lost;
    should(client.isLive).be.false();
    await gateway.start();
    await client.live();
    client.close();
    await gateway.stop();
    should(states.map(({ name }) => name)).deepEqual(["live", "lost", "live", "closed"]);
  });

  it("waits for a gateway that is not there, as long as it is told, and says once that it is not", async () => {
    const gateway = new TestGateway();
    await gateway.start();
    await gateway.stop();
    const states: string[] = [];
    const changed = new EventEmitter();
    const onState = ({ name }: { name: string }) => {
      states.push(name);
      changed.emit(name);
    };
    const client = connect(gateway.address, { timeoutMs: 30, onState });
    await once(changed, "lost");
    should(await codeOf(client.live())).equal("lost");
    should(await codeOf(client.get("GPS", 5))).equal("lost");
    client.close();
    should(states).deepEqual(["lost", "closed"]);
  });

  it("speaks the later generation where it is told", async () => {
    const gateway = new TestGateway(2);
    await gateway.start();
    gateway.set("GPS", 261, "abcdef");
    const client = connect(gateway.address, { generation: 2 });
    should([...(await client.getAll("GPS")).keys()]).deepEqual([261]);
    gateway.onMessage = (_, text) => gateway.push(`\x01\x05E${text}`);
    const { type, text } = await client.request(261, "ping");
    should([type, text]).deepEqual(["echo", "ping"]);
    client.close();
    await gateway.stop();
  });

  it("refuses an address that it cannot reach by any way it knows", () => {
    for (const address of ["", "127.0.0.1:5001", "http://host", "tcp://"]) {
      should(() => connect(address)).throw(/tcp:\/\/host:port or ws:\/\/host:port/);
    }
  });

  it("reads a position of either sign", () => {
    should(readPosition(Uint8Array.of(1, 2, 3, 4, 5, 6))).deepEqual({ longitude: 19.7121, latitude: 39.45 });
    should(readPosition(Uint8Array.of(255, 255, 255, 0, 0, 128))).deepEqual({
      longitude: -0.0001,
      latitude: -838.8608,
    });
  });
});
