/** What peers do to a session endpoint: endless lines, floods of connections, and peers that do not read or vanish. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import type { FaultFigure } from "./fault.ts";
import { Echo } from "./tcp/echo.ts";
import type { Memory } from "./tcp/peaks.ts";
import { openPeer, type Served, serve } from "./tcp/served.ts";
import type { Report } from "./tcp/server.ts";
import { networkMissing, VanishingNetwork } from "./tcp/vanishing.ts";

const LINES = 1000;
/** Of 16 KiB: 2 MiB. */
const LINE_CHUNKS = 128;
const CONNECTS = 10_000;
const IDLE = 1000;
const STALLED = 100;
const STALLED_MS = 8000;
const VANISHING = 50;
const KEEP_ALIVE_S = 4;
/** Longest wait for what must come. */
const REPORT_MS = 20_000;
const CHUNK = Buffer.alloc(16 * 1024, "x");
/** What a line's limit and a queue's bound allow to be held, with as much again. */
const LINES_MIB = 128;
const STALLED_MIB = 50;
/** With all garbage. */
const RESIDENT_MIB = 512;
const HONEST_MS = 20;

export default async function faults(): Promise<FaultFigure[]> {
  return [
    await endlessLines(),
    await burst(),
    await stalledReaders("close"),
    await stalledReaders("oldest"),
    await silentWebSockets(),
    await vanishedPeers(),
  ];
}

class Growth {
  readonly #heldMiB: number;
  readonly #residentMiB: number;

  constructor(before: Memory, later: Memory) {
    this.#heldMiB = later.heldMiB - before.heldMiB;
    this.#residentMiB = later.peakMiB - before.residentMiB;
  }

  isWithin(heldMiB: number): boolean {
    return this.#heldMiB < heldMiB && this.#residentMiB < RESIDENT_MIB;
  }

  toString(): string {
    return `+${this.#heldMiB.toFixed(0)} MiB held, +${this.#residentMiB.toFixed(0)} MiB resident at most`;
  }
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function joinMany(port: number, count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => openPeer(port)));
}

/** A line without an end, as fast as it is read; resolves when so much of it was taken. */
function writeLine(socket: Socket): Promise<void> {
  let left = LINE_CHUNKS;
  return new Promise((resolve) => {
    const write = () => {
      while (left > 0 && socket.write(CHUNK)) left--;
      if (left-- <= 0) resolve();
    };
    socket.on("drain", write);
    write();
  });
}

async function endlessLines(): Promise<FaultFigure> {
  const served = await serve({ maxSessions: "4000" });
  const before = await served.report();
  const peers = await joinMany(served.port, LINES);
  const echo = await Echo.start(served.port);
  const from = performance.now();
  await Promise.all(peers.map(writeLine));
  const report = await reportWhen(served, ({ dropped }) => dropped["too-long"] === LINES);
  const elapsed = (performance.now() - from) / 1000;
  const { isAnswered } = echo.stop();
  await end(peers, served);
  const memory = new Growth(before, report);
  const long = report.dropped["too-long"];
  const mib = (LINES * LINE_CHUNKS * CHUNK.length) / 2 ** 20;
  return {
    fault: "tcp: endless lines",
    figure: `${LINES} connections, ${mib} MiB without a line's end in ${elapsed.toFixed(1)} s: ${memory}, ${long} dropped as too long; an honest peer ${isAnswered ? "is" : "is NOT"} answered`,
    promise: `less than ${LINES_MIB} MiB held, every line told, honest peers answered`,
    kept: memory.isWithin(LINES_MIB) && long === LINES && isAnswered,
  };
}

async function burst(): Promise<FaultFigure> {
  const served = await serve({ maxSessions: "4000" });
  const echo = await Echo.start(served.port);
  const peers = Array.from({ length: CONNECTS }, () => {
    const socket = connect(served.port, "127.0.0.1");
    return socket.on("error", () => undefined);
  });
  const from = performance.now();
  await Promise.all(peers.map(settled));
  const elapsed = (performance.now() - from) / 1000;
  await after(500);
  const { isAnswered } = echo.stop();
  const { opened, refused } = await served.report();
  await end(peers, served);
  return {
    fault: "tcp: connects in a burst",
    figure: `${CONNECTS} connects in ${elapsed.toFixed(1)} s: ${opened - 1} admitted, ${refused} refused; an honest peer ${isAnswered ? "is" : "is NOT"} answered meanwhile`,
    promise: `${CONNECTS} survived, each admitted or refused`,
    kept: opened - 1 + refused === CONNECTS && opened === 4000 && isAnswered,
  };
}

/** Connected, or gone. */
function settled(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once("connect", resolve);
    socket.once("close", resolve);
  });
}

async function stalledReaders(overflow: string): Promise<FaultFigure> {
  const served = await serve({ maxSessions: "4000", framing: "raw", overflow, queueKib: "256" });
  const idle = await joinMany(served.port, IDLE);
  const stalled = await joinMany(served.port, STALLED);
  const before = await served.report();
  const echo = await Echo.start(served.port);
  for (const peer of stalled) {
    peer.pause();
    peer.write("flood\n");
  }
  await after(STALLED_MS);
  const { p50, p99, isAnswered } = echo.stop();
  const report = await served.report();
  const { closed, dropped, open } = report;
  await end([...idle, ...stalled], served);
  const memory = new Growth(before, report);
  const gone = closed.slow ?? 0;
  const fate = overflow === "close" ? `${gone} disconnected as slow` : `${dropped.overflow} messages gave way`;
  const isHandled =
    overflow === "close" ? gone === STALLED && open >= IDLE : dropped.overflow! > 0 && open >= IDLE + STALLED;
  return {
    fault: `tcp: readers that stop (${overflow})`,
    figure: `${IDLE} idle, ${STALLED} that never read: ${memory}, ${fate}; an honest peer's answers p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms`,
    promise: `less than ${STALLED_MIB} MiB held, others answered as before (p50 < ${HONEST_MS} ms)`,
    kept: memory.isWithin(STALLED_MIB) && isHandled && isAnswered && p50 < HONEST_MS,
  };
}

async function silentWebSockets(): Promise<FaultFigure> {
  const served = await serve({ transport: "ws", keepAliveS: String(KEEP_ALIVE_S) });
  const peers = Array.from({ length: VANISHING }, () => {
    return new WebSocket(`ws://127.0.0.1:${served.port}/`, { autoPong: false });
  });
  await Promise.all(peers.map((peer) => once(peer, "open")));
  const figure = await untilFound(served, VANISHING, "websocket: peers that stop answering");
  for (const peer of peers) peer.terminate();
  await served.stop();
  return figure;
}

/** Half of them are told something when they have vanished, half are idle. */
async function vanishedPeers(): Promise<FaultFigure> {
  const fault = "tcp: peers that vanish";
  const missing = networkMissing();
  if (missing) return { fault, figure: `not run: ${missing}`, promise: "found within 2.5 keep-alives", kept: true };
  const network = new VanishingNetwork();
  try {
    const served = await serve({ host: network.address, keepAliveS: String(KEEP_ALIVE_S), queueKib: "65536" });
    await network.join(served.port, VANISHING);
    await network.join(served.port, VANISHING, "flood");
    network.vanish();
    const figure = await untilFound(served, 2 * VANISHING, `${fault}, half while they are told something`);
    await served.stop();
    return figure;
  } finally {
    network.remove();
  }
}

/** The first report of which it is true, or the last one that is waited for. */
async function reportWhen(served: Served, isTrue: (report: Report) => boolean): Promise<Report> {
  const until = performance.now() + REPORT_MS;
  for (;;) {
    const report = await served.report();
    if (isTrue(report) || performance.now() > until) return report;
    await after(100);
  }
}

async function untilFound(served: Served, count: number, fault: string): Promise<FaultFigure> {
  const from = performance.now();
  const limit = 2.5 * KEEP_ALIVE_S;
  const { closed } = await reportWhen(served, (report) => report.closed.silent === count);
  const found = closed.silent ?? 0;
  const elapsed = (performance.now() - from) / 1000;
  return {
    fault,
    figure: `${found} of ${count} found, the last after ${(elapsed / KEEP_ALIVE_S).toFixed(2)} keep-alives of ${KEEP_ALIVE_S} s`,
    promise: "all found within 2.5 keep-alives",
    kept: found === count && elapsed <= limit,
  };
}

async function end(peers: readonly Socket[], served: Served): Promise<void> {
  for (const peer of peers) peer.destroy();
  await served.stop();
}
