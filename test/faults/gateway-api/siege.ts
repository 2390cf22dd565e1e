/** A whole Node-RED with the minimal example of gateway-api on real sockets, among idle clients, clients that never read, and a burst of connects. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DataTypeTable } from "../../../lib/uart/data-types.ts";
import { encodeFrame } from "../../../lib/uart/frame.ts";
import { encodeReadings } from "../../../lib/uart/messages.ts";
import { ROOT } from "../../../scripts/build.ts";
import { type FlowNode, readFlows } from "../../../scripts/flows.ts";
import { ask, listenAt } from "../../support/gateway-flow.ts";
import { freePort, type NodeRed, startNodeRed } from "../../support/node-red.ts";
import type { TcpPeer } from "../../support/session-flow.ts";
import type { FaultFigure } from "../fault.ts";

const EXAMPLE = join(ROOT, "examples/21 Minimal gateway-api.json");
const PORT = "5010";
const IDLE = 1000;
const DEAF = 100;
const PUSHES = 2000;
const PUSH_BYTES = 4000;
const CONNECTS = 10_000;
const AT_A_TIME = 250;
const MAX_GROWTH_MIB = 128;
const TYPES = new DataTypeTable();

interface Siege {
  readonly nodeRed: NodeRed;
  readonly bridge: Server;
  /** The module's end of the line. */
  readonly module: Socket;
  readonly port: number;
}

function request(payload: string): Buffer {
  return encodeFrame(encodeReadings(5, [{ type: "request", value: payload }], "type3", TYPES));
}

/** The example, with us in the place of its simulator. */
function flowOf(bytePort: number, port: number): FlowNode[] {
  const text = JSON.stringify(readFlows(EXAMPLE)).replaceAll(PORT, String(port));
  const nodes = (JSON.parse(text) as FlowNode[]).filter(({ type }) => type !== "gh-device-simulator");
  return nodes.map((node) =>
    node.type === "gh-uart-port" ? { ...node, device: `tcp://127.0.0.1:${bytePort}` } : node,
  );
}

async function begin(): Promise<Siege> {
  const bridge = createServer().listen(0, "127.0.0.1");
  await once(bridge, "listening");
  const connected = once(bridge, "connection") as Promise<[Socket]>;
  const port = await freePort();
  const nodeRed = await startNodeRed({ flow: flowOf((bridge.address() as AddressInfo).port, port) });
  const [module] = await connected;
  module.on("error", () => {});
  return { nodeRed, bridge, module, port };
}

async function end({ nodeRed, bridge, module }: Siege): Promise<void> {
  await nodeRed.stop();
  module.destroy();
  bridge.close();
}

function residentMiB({ nodeRed }: Siege): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${nodeRed.pid}/status`, "utf8"))!;
  return Number(kib) / 1024;
}

async function listenMany(port: number, count: number): Promise<TcpPeer[]> {
  const peers: TcpPeer[] = [];
  while (peers.length < count) {
    peers.push(...(await Promise.all(Array.from({ length: AT_A_TIME }, () => listenAt(port)))));
  }
  return peers;
}

async function idleClients(siege: Siege): Promise<FaultFigure> {
  const before = residentMiB(siege);
  const peers = await listenMany(siege.port, IDLE);
  siege.module.write(request("Robot"));
  await Promise.all(peers.map((peer) => peer.hears("[ack]\0[REQ]\x05\x00Robot")));
  const growth = residentMiB(siege) - before;
  for (const { socket } of peers) socket.destroy();
  return {
    fault: "gateway-api: idle clients",
    figure: `${IDLE} listened and each heard a push, ${growth.toFixed(1)} MiB more resident memory`,
    promise: `every one hears it, less than ${MAX_GROWTH_MIB} MiB`,
    kept: growth < MAX_GROWTH_MIB,
  };
}

/** One that greets, and never reads again. */
async function listenDeaf(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1", () => socket.write("[syn]\0"));
  socket.on("error", () => {});
  await once(socket, "data");
  socket.pause();
  return socket;
}

/** Meanwhile one that reads hears every push, and one that asks is answered. */
async function deafClients(siege: Siege): Promise<FaultFigure> {
  const { module, port } = siege;
  const deaf = await Promise.all(Array.from({ length: DEAF }, () => listenDeaf(port)));
  const listener = await listenAt(port);
  const before = residentMiB(siege);
  const payload = "x".repeat(PUSH_BYTES);
  let most = before;
  let answers = 0;
  for (let sent = 0; sent < PUSHES; sent++) {
    if (!module.write(request(payload))) await once(module, "drain");
    if (sent % 50 > 0) continue;
    if ((await ask(port, "ACT-C")).startsWith("S")) answers++;
    most = Math.max(most, residentMiB(siege));
  }
  const expected = "[ack]\0".length + PUSHES * ("[REQ]".length + 2 + PUSH_BYTES);
  for (let waited = 0; listener.text.length < expected && waited < 10_000; waited += 50) await sleep(50);
  for (const socket of deaf) socket.destroy();
  const heard = (listener.text.length - "[ack]\0".length) / ("[REQ]".length + 2 + PUSH_BYTES);
  const asked = Math.ceil(PUSHES / 50);
  return {
    fault: "gateway-api: deaf clients",
    figure: `${DEAF} never read: the other one heard ${heard} of ${PUSHES} pushes of ${PUSH_BYTES} bytes, ${answers} of ${asked} requests answered, ${(most - before).toFixed(1)} MiB more resident memory`,
    promise: `others unaffected, less than ${MAX_GROWTH_MIB} MiB`,
    kept: heard === PUSHES && answers === asked && most - before < MAX_GROWTH_MIB,
  };
}

function comeAndGo(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

async function connects(siege: Siege): Promise<FaultFigure> {
  const before = residentMiB(siege);
  for (let begun = 0; begun < CONNECTS; begun += AT_A_TIME) {
    await Promise.all(Array.from({ length: AT_A_TIME }, () => comeAndGo(siege.port)));
  }
  const reply = await ask(siege.port, "ACT-C");
  const growth = residentMiB(siege) - before;
  return {
    fault: "gateway-api: a burst of connects",
    figure: `${CONNECTS} connects, then the answer ${JSON.stringify(reply)}, ${growth.toFixed(1)} MiB more resident memory`,
    promise: "survived, and serving",
    kept: reply === "S\x01" && siege.nodeRed.process.exitCode === null,
  };
}

export async function besiege(): Promise<FaultFigure[]> {
  const siege = await begin();
  const figures = [await idleClients(siege), await deafClients(siege), await connects(siege)];
  await end(siege);
  return figures;
}
