/** The example exchange of client programs, byte for byte, against `npm start` on a serial line (PROTOCOLS 2.4). */
import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import { ask, FramePeer, listenAt } from "./support/gateway-flow.ts";
import { describeWith, programMissing } from "./support/needs.ts";
import { SerialLine } from "./support/serial-line.ts";
import type { TcpPeer } from "./support/session-flow.ts";
import { type Started, startGatehouse } from "./support/started.ts";

const POSITION = "\x01\x02\x03\x04\x05\x06";
const latin1 = (text: string) => Buffer.from(text, "latin1");

/** The module's end of the line. */
class Module {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  static async at(path: string): Promise<Module> {
    return new Module(await open(path, "r+"));
  }

  async sends(frame: string): Promise<void> {
    await this.#file.write(latin1(frame));
  }

  /** Resolves once all that comes next is this frame. */
  async gets(frame: string): Promise<void> {
    let heard = "";
    while (heard.length < frame.length) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(64), 0, 64, null);
      heard += buffer.toString("latin1", 0, bytesRead);
    }
    should(heard).equal(frame);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

let line: SerialLine;
let userDir: string;
let gatehouse: Started;
let module: Module;

async function startOnLine(generation: string): Promise<void> {
  line = new SerialLine("pair");
  await line.plug();
  userDir = mkdtempSync(join(tmpdir(), "gatehouse-clients-"));
  gatehouse = await startGatehouse({
    GATEHOUSE_UART: line.path,
    GATEHOUSE_SIMULATE: "0",
    GATEHOUSE_USER_DIR: userDir,
    GATEHOUSE_MESH_GENERATION: generation,
  });
  module = await Module.at(line.farEnd);
}

async function stopOnLine(): Promise<void> {
  await module.close();
  await gatehouse.stop("SIGTERM");
  await line.remove();
  rmSync(userDir, { recursive: true, force: true });
}

function port(name: string): number {
  return Number(gatehouse.env[name]);
}

function request(text: string): Promise<string> {
  return ask(port("GATEHOUSE_MESH_PORT"), text);
}

/** Asks until it is answered so: what the answer needs may still be on its way. */
async function untilAnswered(text: string, wanted: string): Promise<void> {
  for (let reply = ""; reply !== wanted; ) reply = await request(text);
}

describeWith("client programs of npm start", programMissing("socat"), () => {
  let listener: TcpPeer;

  before(async function start() {
    await startOnLine("1");
  });
  after(stopOnLine);

  it("are refused before one of them listens", async () => {
    should(await request("[GET]\x00\x05GPS")).equal("[err]-listen_socket_disconnected");
  });

  it("get a node's position as the node sent it", async () => {
    await module.sends(`\xff\x00\x05[D]\x01GPS\x06${POSITION}\xfe`);
    listener = await listenAt(port("GATEHOUSE_MESH_PORT"));
    await untilAnswered("[GET]\x00\x05GPS", `SGPS\x06\x01\x05${POSITION}`);
  });

  it("are told of a node that is not there", async () => {
    should(await request("[GET]\x00\x09GPS")).equal("F\x0eNode Not Found");
    should(await request("[GET]\x00\x05TMP")).equal("F\x13Data Type Not Found");
  });

  it("hear a node's request, and answer it", async () => {
    await module.sends("\xff\x00\x05<Q>Robot\xfe");
    await listener.hears("[ack]\0[REQ]\x05\x00Robot");
    const [reply] = await Promise.all([request("[REQ]\x00\x05A"), module.gets("\xff\x00\x05<R>A\xfe")]);
    should(reply).equal("S");
  });

  for (const [sent, frame] of [
    ["[CMD]NINFO\n", "\xffNINFO\n\xfe"],
    ["[CMD]SEND-\x00\x05\x02hi\n", "\xffSEND-\x00\x05\x02hi\n\xfe"],
    ["SEND-\x00\x05\xff", "\xffSEND-\x00\x05\xfa\x05\xfe"],
    ["CLEAN", "\xffCLEAN\xfe"],
  ] as const) {
    it(`send ${JSON.stringify(sent)} down the line`, async () => {
      const [reply] = await Promise.all([request(sent), module.gets(frame)]);
      should(reply).equal("S");
    });
  }

  it("ask over WebSocket, one request in each frame", async () => {
    const peer = await FramePeer.join(port("GATEHOUSE_MESH_WS_PORT"));
    peer.socket.send(latin1("[GET]\x00\x05GPS"));
    should(await peer.next()).deepEqual(latin1(`SGPS\x06\x01\x05${POSITION}`));
    peer.socket.send("NSTAT");
    should(await peer.next()).equal('S{"node_amount": 1, "node_addr_list": [5], "node_status_list": [1]}');
    peer.socket.close();
  });

  it("are seen by a monitor, with their log lines", async () => {
    const monitor = await FramePeer.join(port("GATEHOUSE_MONITOR_PORT"));
    await monitor.first(
      (text) => text === '{"type":"networkStatus","status":"connectionStatus","socket":true,"uart":true}',
    );
    should(await request("W-LOGhello")).equal("S");
    await monitor.first((text) => text === '{"type":"trafficLog","message":"hello"}');
    monitor.socket.close();
  });

  it("are told at once when the line is unplugged, and served again when it is back", async () => {
    await module.close();
    await line.unplug();
    await untilAnswered("[REQ]\x00\x05A", "F\x14No Serial Connection");
    await line.plug();
    module = await Module.at(line.farEnd);
    await untilAnswered("[REQ]\x00\x05A", "S");
  });
});

describeWith("client programs of npm start, later generation", programMissing("socat"), () => {
  before(async function start() {
    await startOnLine("2");
    await listenAt(port("GATEHOUSE_MESH_PORT"));
  });
  after(stopOnLine);

  it("get values by id and by name, with addresses of two bytes", async () => {
    await module.sends(`\xff\x01\x05D\x01\x01${POSITION}\xfe`);
    await untilAnswered("[GET]\x01\x05\x01", `S\x01\x01\x01\x05${POSITION}`);
    should(await request("[GET]\x00\x00\x01")).equal(`S\x01\x06\x01\x01\x05${POSITION}`);
    should(await request("[GET]\x01\x05GPS")).equal(`SGPS\x06\x01\x01\x05${POSITION}`);
    should(await request("[GET]\x00\x09\x01")).equal("F\x0eNode Not Found");
  });

  it("count and list the nodes", async () => {
    should(await request("ACT-C")).equal("S\x01");
    should(await request("NSTAT")).equal('S{"node_amount": 1, "node_addr_list": [261], "node_status_list": [1]}');
  });

  for (const command of ["SEND-\x01\x05hi", "SENDI\x01\x05hi", "BCAST\x00\x00hi", "CLEAN", "NINFO", "XY-Z7\x00"]) {
    it(`send ${JSON.stringify(command)} to the module as it is`, async () => {
      const [reply] = await Promise.all([request(command), module.gets(`\xff${command}\xfe`)]);
      should(reply).equal("S");
    });
  }

  it("disconnect every node by a reset, until it is heard again", async () => {
    const [reply] = await Promise.all([request("RST-R"), module.gets("\xffRST-R\xfe")]);
    should(reply).equal("S");
    should(await request("ACT-C")).equal("S\x00");
    const devices = (await (await fetch(`${gatehouse.origin}/gatehouse/devices`)).json()) as { status: string }[];
    should(devices.map(({ status }) => status)).containEql("disconnected");
    await module.sends(`\xff\x01\x05D\x01\x01${POSITION}\xfe`);
    await untilAnswered("ACT-C", "S\x01");
  });
});
