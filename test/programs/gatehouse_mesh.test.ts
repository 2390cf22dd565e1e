/** The Python client, as a library and as a program, against a gateway of a few lines. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import should from "should";
import { TestGateway } from "../client/library/test-gateway.ts";
import { describeWith, programMissing } from "../support/needs.ts";

const FOLDER = join(process.cwd(), "examples/clients");
const PROGRAM = join(FOLDER, "gatehouse_mesh.py");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function start(words: readonly string[]): ChildProcess {
  const env = { ...process.env, PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: "1" };
  return spawn("python3", words, { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  const text = { out: "", err: "" };
  child.stdout!.on("data", (chunk) => {
    text.out += chunk;
  });
  child.stderr!.on("data", (chunk) => {
    text.err += chunk;
  });
  const [code] = await once(child, "close");
  return { code, ...text };
}

describeWith("the Python client", programMissing("python3"), () => {
  let gateway: TestGateway;
  let listening: ChildProcess | null = null;

  beforeEach(async () => {
    gateway = new TestGateway();
    await gateway.start();
  });

  afterEach(async () => {
    listening?.kill("SIGKILL");
    await gateway.stop();
  });

  function run(...words: string[]): Promise<Ended> {
    return ended(start([PROGRAM, "--address", gateway.address, ...words]));
  }

  /** What a program that uses the library prints. */
  async function python(...lines: string[]): Promise<string[]> {
    const head = ["from gatehouse_mesh import *", `mesh = connect("${gateway.address}", timeout=2)`];
    const { code, out, err } = await ended(start(["-c", [...head, ...lines, "mesh.close()"].join("\n")]));
    should(err).equal("");
    should(code).equal(0);
    return out.trim().split("\n");
  }

  it("reads values, of one node and of every node", async () => {
    gateway.set("GPS", 5, "\x01\x02\x03\x04\x05\x06");
    gateway.set("GPS", 6, "\xff\xff\xff\x00\x00\x80");
    const { out } = await run("get", "GPS");
    should(out.split("\n").slice(0, 2)).deepEqual([
      "    5 GPS 01 02 03 04 05 06 19.7121, 39.4500",
      "    6 GPS ff ff ff 00 00 80 -0.0001, -838.8608",
    ]);
    should((await run("get", "GPS", "5")).out).equal("    5 GPS 01 02 03 04 05 06 19.7121, 39.4500\n");
    should(gateway.asked).deepEqual(["[GET]\x00\xffGPS", "[GET]\x00\x05GPS"]);
  });

  it("ends with the gateway's own words where it is refused", async () => {
    const { code, err } = await run("get", "XYZ", "5");
    should([code, err]).deepEqual([1, "refused: Data Type Not Found\n"]);
  });

  it("sends what the TypeScript client sends", async () => {
    const lines = await python(
      "mesh.send(5, 'hello')",
      "mesh.command(b'NINFO\\n')",
      "mesh.reply(5, 'A')",
      "mesh.log('lap 1')",
      "mesh.robots([{'name': 'r'}])",
      "print(mesh.nodes(), mesh.node_count())",
    );
    should(gateway.asked.slice(0, 5)).deepEqual([
      "[CMD]SEND-\x00\x05\x05hello\n",
      "[CMD]NINFO\n",
      "[REQ]\x00\x05A",
      "W-LOGlap 1",
      'W-RBT[{"name": "r"}]',
    ]);
    should(lines).deepEqual(["{5: True, 6: False} 2"]);
  });

  it("tells requests to those who subscribed, and replies to them", async () => {
    const replied = new Promise((resolve) => {
      gateway.onReply = (address, text) => resolve([address, text]);
    });
    listening = start([PROGRAM, "--address", gateway.address, "listen", "request", "--answer", "A"]);
    await gateway.listened();
    // It may be acknowledged before it has subscribed.
    const again = setInterval(() => gateway.push("[REQ]\x05\x00Robot"), 50);
    const [text] = await once(listening.stdout!, "data");
    clearInterval(again);
    should(String(text).split("\n")[0]).equal("    5 request    b'Robot'");
    should(await replied).deepEqual([5, "A"]);
    listening.kill("SIGINT");
    await once(listening, "exit");
  });

  for (const words of ["listen request", "get GPS"]) {
    it(`ends without a word once nobody reads what "${words}" prints`, async () => {
      gateway.set("GPS", 5, "\x01\x02\x03\x04\x05\x06");
      listening = start([PROGRAM, "--address", gateway.address, ...words.split(" ")]);
      listening.stdout!.destroy();
      const pushing = setInterval(() => gateway.push("[REQ]\x05\x00Robot"), 50);
      should(await ended(listening)).match({ code: 0, err: "" });
      clearInterval(pushing);
    });
  }

  it("counts round trips, those without an answer too, and takes no late answer for another's", async () => {
    let before = "";
    gateway.onMessage = (address, text) => {
      const late = before;
      before = text;
      if (Number(text.match(/\d+/)![0]) % 4 === 3) return;
      gateway.push(`[REQ]${String.fromCharCode(address)}\x00${late}`);
      gateway.push(`[REQ]${String.fromCharCode(address)}\x00${text}`);
    };
    const { out } = await run("--timeout", "0.3", "roundtrip", "5", "--count", "20");
    should(out).match(/^sent 20, answered 15, lost 5 \(25\.0 %\)\np50 [\d.]+ ms, p99 [\d.]+ ms\n$/);
  });

  it("tells values where they change, and hears of the next listener though one fails", async () => {
    gateway.set("BAT", 5, "a");
    gateway.onMessage = () => gateway.push("[REQ]\x05\x00again");
    const program = [
      "done = threading.Event()",
      "def heard(message):",
      "    print(message.address, message.type, message.text)",
      "    if message.type == 'request': done.set()",
      "def fails(message): raise KeyError('mine')",
      "mesh.subscribe('request', fails)",
      "mesh.subscribe('request', heard)",
      "mesh.subscribe('BAT', lambda message: (heard(message), mesh.send(5, 'now')), every=0.01)",
      "print(done.wait(5))",
    ];
    const head = ["from gatehouse_mesh import *", `mesh = connect("${gateway.address}")`];
    const { out, err } = await ended(start(["-c", [...head, ...program].join("\n")]));
    should(out.trim().split("\n")).deepEqual(["5 BAT a", "5 request again", "True"]);
    should(err).match(/KeyError: 'mine'/);
  });

  it("comes back after a restart of the gateway, and tells each change", async () => {
    const program = [
      "from gatehouse_mesh import *",
      "states = queue.Queue()",
      `mesh = connect("${gateway.address}", on_state=lambda name, reason: states.put(name))`,
      "for _ in range(3): print(states.get(timeout=8), flush=True)",
      "mesh.close()",
    ];
    const child = start(["-c", program.join("\n")]);
    const end = ended(child);
    await once(child.stdout!, "data");
    await gateway.stop();
    await gateway.start();
    should((await end).out.trim().split("\n")).deepEqual(["live", "lost", "live"]);
  });

  it("speaks the later generation where it is told", async () => {
    await gateway.stop();
    gateway = new TestGateway(2);
    await gateway.start();
    gateway.set("GPS", 261, "abcdef");
    gateway.onMessage = (_, text) => gateway.push(`\x01\x05E${text}`);
    const lines = await python(
      `mesh.close(); mesh = connect("${gateway.address}", generation=2)`,
      "print(mesh.get_all('GPS'))",
      "answer = mesh.request(261, 'ping')",
      "print(answer.type, answer.text)",
    );
    should(lines).deepEqual(["{261: b'abcdef'}", "echo ping"]);
  });

  it("says what is wrong with an address, and that nobody is there", async () => {
    const { err } = await ended(start(["-c", "from gatehouse_mesh import *; connect('host:1')"]));
    should(err).match(/the address must be tcp:\/\/host:port, got host:1/);
    await gateway.stop();
    const { code, err: fault } = await run("--timeout", "0.2", "nodes");
    await gateway.start();
    should(code).equal(1);
    should(fault).match(/^lost: the gateway did not acknowledge: .*Connection refused\n$/);
    const { err: line } = await ended(start([PROGRAM, "--address", "ws://127.0.0.1:1", "nodes"]));
    should(line).equal("the address must be tcp://host:port, got ws://127.0.0.1:1\n");
  });
});
