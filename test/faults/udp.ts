/** Impostors, floods, silence and a million fuzzed datagrams at the udp handshake, and full load on ten clients. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BoardGateway } from "../../lib/handshake/board.ts";
import { HandshakeClient } from "../../lib/handshake/client.ts";
import { decodeElement } from "../../lib/handshake/element.ts";
import { HandshakeServer } from "../../lib/handshake/server.ts";
import { Random } from "../../lib/simulators/random.ts";
import { MemoryKeeper } from "../../nodes/udp-handshake/lease-keeper.ts";
import { readHandshakeOptions, type ServerNodeOptions } from "../../nodes/udp-handshake/read-options.ts";
import { RelayServer } from "../../nodes/udp-handshake/relay-server.ts";
import { freeUdpPorts } from "../support/free-ports.ts";
import { FieldClient, UdpPeer } from "../support/udp-clients.ts";
import type { Receipts } from "../support/udp-receivers.ts";
import type { FaultFigure } from "./fault.ts";

const SUPPORT = join(dirname(dirname(fileURLToPath(import.meta.url))), "support");
const SERVER = "127.0.0.1";
const POOL_SIZE = 20;
const LIMIT = 10;

const LOAD_S = 60;
const PER_SECOND = 5000;
const TICK_MS = 10;
/** At a pace of 10 ms, some twice what is due. */
const MOST_PER_TICK = 120;
const SETTLE_MS = 1000;

const FLOOD_S = 8;
const ADMITTED_WITHIN_MS = 6000;

const FUZZED = 1_000_000;
const SEED = 0x2545f491;

export default async function run(): Promise<FaultFigure[]> {
  return [
    await impostors(),
    await amplification(),
    await flooded(),
    await crowd(),
    await load(LIMIT, LOAD_S, "udp: 10 clients, 5,000 a second"),
    await load(8, 1, "udp: 8 clients"),
    fuzz(),
  ];
}

/** Role server as the node runs it, in this process. */
async function withServer<T>(work: (server: RelayServer, options: ServerNodeOptions) => Promise<T>): Promise<T> {
  const handshakePort = await freeUdpPorts(POOL_SIZE + 1);
  const pool = `${handshakePort + 1}-${handshakePort + POOL_SIZE}`;
  const options = readHandshakeOptions({ role: "server", handshakePort, pool }) as ServerNodeOptions;
  const fail = (fault: Error) => {
    throw fault;
  };
  const listener = { notice: () => undefined, opened: () => undefined, changed: () => opened(), fault: fail };
  let opened = () => {};
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const server = new RelayServer(
    options,
    new MemoryKeeper(`fault ${handshakePort}`),
    { id: "f", label: "f" },
    listener,
  );
  await isOpen;
  try {
    return await work(server, options);
  } finally {
    await server.close(true);
  }
}

async function joinClients(server: RelayServer, handshakePort: number, count: number): Promise<FieldClient[]> {
  const clients: FieldClient[] = [];
  for (let index = 0; index < count; index++) {
    const client = await FieldClient.open({ address: `127.0.4.${index + 1}`, handshakePort, helloEveryMs: 500 });
    await client.join();
    clients.push(client);
  }
  while (server.state!.core.clients < count) await pause(10);
  return clients;
}

function impostors(): Promise<FaultFigure> {
  return withServer(async (server, { handshakePort, pool }) => {
    const clients = await joinClients(server, handshakePort, 5);
    const impostor = await UdpPeer.open("127.0.0.66");
    let lies = 0;
    for (const port of pool) {
      for (const text of [`CONFIRM ,${port}`, `CONFIRM,${port}`, "CONFIRM ", "RUNNING ", "RUNNING"]) {
        for (const to of [handshakePort, port]) {
          await impostor.send(text, to, SERVER);
          lies++;
        }
      }
    }
    server.tell([{ name: "Speed", data: "0" }]);
    await Promise.all(clients.map(({ data }) => data!.until(() => data!.heard.length === 1)));
    const accepted = server.state!.ports.rows().filter(({ address }) => address === "127.0.0.66").length;
    const bytes = impostor.heard.length;
    await Promise.all([impostor.close(), ...clients.map((client) => client.close())]);
    return {
      fault: "udp: impostors",
      figure: `${lies} CONFIRM and RUNNING from another address: ${accepted} accepted, ${bytes} datagrams sent to it`,
      promise: "0 accepted",
      kept: accepted === 0 && bytes === 0,
    };
  });
}

/** Shortest HELLO, longest answer, and everything else that nobody confirmed. */
function amplification(): Promise<FaultFigure> {
  return withServer(async (server, { handshakePort, pool }) => {
    const peer = await UdpPeer.open("127.0.0.77");
    let received = 0;
    for (const text of ["HELLO", "HELLO", "CONFIRM ,1", "RUNNING", "HELLO   ", "?"]) {
      for (const to of [handshakePort, pool[0]!]) {
        await peer.send(text, to, SERVER);
        received += text.length;
      }
      server.tell([{ name: "Speed", data: "0" }]);
    }
    await peer.until(() => peer.heard.length >= 3);
    const sent = peer.heard.reduce((sum, { text }) => sum + text.length, 0);
    const most = peer.heard[0]!.text.length / "HELLO".length;
    await peer.close();
    return {
      fault: "udp: an unconfirmed address",
      figure: `${sent} bytes sent to it for ${received} received; for the shortest HELLO ${most}x`,
      promise: "at most 3x",
      kept: most <= 3 && sent <= 3 * received,
    };
  });
}

function flooded(): Promise<FaultFigure> {
  return withServer(async (server, { handshakePort }) => {
    const flood = fork(join(SUPPORT, "udp-flood.ts"), [SERVER, String(handshakePort)]);
    await once(flood, "message");
    const repeats = { helloEveryMs: 1000, confirmEveryMs: 1000 };
    const client = await FieldClient.open({ address: "127.0.0.55", handshakePort, ...repeats });
    // Well into the flood, not at its beginning.
    await pause(1000);
    const from = performance.now();
    await client.join();
    while (server.state!.core.clients === 0 && performance.now() - from < FLOOD_S * 1000) await pause(10);
    const admittedMs = performance.now() - from;
    const { core } = server.state!;
    const sent = await ask<number>(flood);
    flood.kill();
    await client.close();
    return {
      fault: "udp: HELLO flood, 1,000 addresses",
      figure: `${sent} HELLOs, ${core.counts.hellos} heard, ${core.dropped.limited} limited; honest client admitted in ${admittedMs.toFixed(0)} ms`,
      promise: `admitted in at most ${ADMITTED_WITHIN_MS} ms`,
      kept: core.clients === 1 && admittedMs <= ADMITTED_WITHIN_MS,
    };
  });
}

function crowd(): Promise<FaultFigure> {
  return withServer(async (server, { handshakePort }) => {
    const peers = await Promise.all(Array.from({ length: 40 }, (_, index) => UdpPeer.open(`127.0.5.${index + 1}`)));
    for (let round = 0; round < 5; round++) {
      await Promise.all(peers.map((peer) => peer.send("HELLO   ", handshakePort, SERVER)));
      await pause(50);
      for (const peer of peers) {
        for (const { text } of peer.heard)
          await peer.send(`CONFIRM ,${text.slice("HIYA,".length)}`, handshakePort, SERVER);
      }
      await pause(50);
    }
    const { clients } = server.state!.core;
    await Promise.all(peers.map((peer) => peer.close()));
    return {
      fault: "udp: 40 clients for 10 places",
      figure: `${clients} active`,
      promise: "exactly 10",
      kept: clients === LIMIT,
    };
  });
}

function load(clients: number, seconds: number, fault: string): Promise<FaultFigure> {
  return withServer(async (server, { handshakePort }) => {
    const child = fork(join(SUPPORT, "udp-receivers.ts"), [SERVER, String(handshakePort), String(clients)]);
    await once(child, "message");
    while (server.state!.core.clients < clients) await pause(10);
    const from = performance.now();
    const elements = await tellFor(server, seconds);
    const lastedS = Math.round((performance.now() - from) / 1000);
    await pause(SETTLE_MS);
    const receipts = await ask<Receipts>(child);
    child.kill();
    const received = receipts.clients.reduce((sum, one) => sum + one.received, 0);
    const misplaced = receipts.clients.reduce((sum, one) => sum + one.misplaced, 0);
    const { sent } = server.state!.ports.totals();
    const lost = elements * clients - received;
    return {
      fault,
      figure: `${elements} elements in ${lastedS} s, ${sent} sent, ${received} received, ${lost} lost, ${misplaced} out of order${whyOf(lost, receipts)}`,
      promise: "0 lost, order kept, all counted",
      kept: lost === 0 && misplaced === 0 && sent === elements * clients,
    };
  });
}

/** Who does not run for longer than its receive buffer lasts, loses: that is the machine, and not the server. */
function whyOf(lost: number, { overflowed, stalledMs }: Receipts): string {
  if (lost === 0) return "";
  return `; ${overflowed ?? "?"} found the clients' receive buffers full, the clients did not run for ${stalledMs} ms`;
}

/** At an even pace, also where this process was held up: no board makes up for that in one burst. Gives how many. */
async function tellFor(server: RelayServer, seconds: number): Promise<number> {
  const from = performance.now();
  const all = seconds * PER_SECOND;
  let told = 0;
  while (told < all) {
    const due = Math.ceil(((performance.now() - from) * PER_SECOND) / 1000);
    const until = Math.min(all, due, told + MOST_PER_TICK);
    while (told < until) server.tell([{ name: "Speed", data: String(told++) }]);
    await pause(TICK_MS);
  }
  return told;
}

/** Random bytes, and headers with something wrong, to everything that reads datagrams. */
function fuzz(): FaultFigure {
  const random = new Random(SEED);
  const pool = [55058, 55059, 55060];
  const server = new HandshakeServer(
    { pool, maxClients: 2, reserveMs: 5000, silentMs: 60_000, destination: "data-port" },
    0,
  );
  const client = new HandshakeClient({ helloEveryMs: 2000, runningEveryMs: 10_000, timeoutMs: 20_000 });
  const board = new BoardGateway({ seeks: true, seekEveryMs: 1000, silentMs: 30_000 }, 0);
  client.connect(0);
  let throws = 0;
  for (let now = 0; now < FUZZED; now++) {
    const bytes = fuzzedDatagram(random);
    const from = { address: `10.0.0.${random.below(5)}`, port: 4000 + random.below(3) };
    try {
      server.receive(bytes, from, now);
      server.receiveData(pool[random.below(3)]!, bytes, from, now);
      client.receive(bytes, now);
      board.receive(bytes, from, now);
      decodeElement(bytes);
      if (now % 1000 === 0) for (const core of [server, client, board]) core.handleTimer(now);
    } catch {
      throws++;
    }
  }
  const { joined } = server.counts;
  return {
    fault: "udp: fuzzed datagrams",
    figure: `${FUZZED} datagrams to server, client, board and element decoder, ${joined} leases by chance: ${throws} throws`,
    promise: "0 crashes",
    kept: throws === 0,
  };
}

const BEGINNINGS = [
  "HELLO   ",
  "HIYA,5505",
  "CONFIRM ,5505",
  "RUNNING ",
  "SYNCH_2 ",
  'data: {"Element":"',
  '{"Element":',
  "",
];

function fuzzedDatagram(random: Random): Buffer {
  const rest = Buffer.from(
    Array.from({ length: random.below(24) }, () => random.below(random.chance(0.5) ? 256 : 128)),
  );
  const bytes = Buffer.concat([Buffer.from(BEGINNINGS[random.below(BEGINNINGS.length)]!), rest]);
  if (random.chance(0.3) && bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes.subarray(0, random.chance(0.2) ? random.below(bytes.length + 1) : bytes.length);
}

async function ask<T>(child: ChildProcess): Promise<T> {
  const answer = once(child, "message");
  child.send("report");
  const [value] = await answer;
  return value as T;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
