/**
 * Every element to ten clients: role server as the node runs it, which has a connected socket for each client and counts
 * what becomes of each datagram, against one unconnected socket. Datagrams per CPU second of this process.
 */
import { fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ClientRow } from "../nodes/udp-handshake/data-port.ts";
import { MemoryKeeper } from "../nodes/udp-handshake/lease-keeper.ts";
import { readHandshakeOptions, type ServerNodeOptions } from "../nodes/udp-handshake/read-options.ts";
import { RelayServer } from "../nodes/udp-handshake/relay-server.ts";
import { freeUdpPorts } from "../test/support/free-ports.ts";
import { interleave, type Row, row } from "./support/rows.ts";

const RECEIVERS = fileURLToPath(new URL("../test/support/udp-receivers.ts", import.meta.url));
const SERVER = "127.0.0.1";
const CLIENTS = 10;
const POOL_SIZE = 20;
const ROUNDS = 9;
const ELEMENTS = 4000;
/** Elements of one record come together. */
const TOGETHER = 8;

type Tell = (name: string, data: string) => void;

export default async function bench(): Promise<Row[]> {
  const server = await openServer();
  const receivers = fork(RECEIVERS, [SERVER, String(server.handshakePort), String(CLIENTS)]);
  await once(receivers, "message");
  const ours: Tell = (name, data) => void server.relays.tell([{ name, data }]);
  const peer = await unconnected(await clientsOf(server.relays, ours));
  const figures = await interleave({ ours: () => rate(ours), theirs: () => rate(peer.tell) }, ROUNDS);
  receivers.kill();
  peer.socket.close();
  await server.relays.close(true);
  return [row("udp-10-clients", figures.ours, "one unconnected socket", figures.theirs, 1.1)];
}

async function openServer(): Promise<{ relays: RelayServer; handshakePort: number }> {
  const handshakePort = await freeUdpPorts(POOL_SIZE + 1);
  const pool = `${handshakePort + 1}-${handshakePort + POOL_SIZE}`;
  const options = readHandshakeOptions({ role: "server", handshakePort, pool }) as ServerNodeOptions;
  const relays = await new Promise<RelayServer>((resolve, reject) => {
    const listener = {
      notice: () => undefined,
      opened: () => undefined,
      changed: () => setImmediate(() => resolve(opening)),
      fault: reject,
    };
    const opening = new RelayServer(options, new MemoryKeeper("bench"), { id: "bench", label: "bench" }, listener);
  });
  return { relays, handshakePort };
}

/** Once each has answered data, so that it is known where it is. */
async function clientsOf(relays: RelayServer, tell: Tell): Promise<readonly ClientRow[]> {
  for (;;) {
    const rows = relays.state!.ports.rows();
    if (rows.length === CLIENTS && rows.every(({ lastRunning }) => lastRunning !== null)) return rows;
    tell("Speed", "0");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As a program without handshakes would: one text for all, one send for each. */
async function unconnected(clients: readonly ClientRow[]) {
  const socket: Socket = createSocket("udp4");
  socket.bind(0, SERVER);
  await once(socket, "listening");
  const tell: Tell = (name, data) => {
    const bytes = Buffer.from(`event: message\ndata: ${JSON.stringify({ Element: name, Data: data })}\n\n`);
    for (const { address, port } of clients) socket.send(bytes, port, address);
  };
  return { socket, tell };
}

async function rate(tell: Tell): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (let index = 0; index < ELEMENTS; index++) {
    tell("Speed", String(index));
    if (index % TOGETHER === TOGETHER - 1) await new Promise(setImmediate);
  }
  const { user, system } = process.cpuUsage(before);
  return (ELEMENTS * CLIENTS * 1e6) / (user + system);
}
