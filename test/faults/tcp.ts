/** What peers do to a session endpoint: endless lines, floods of connections, and peers that do not read or vanish. */
import { connect, type Socket } from "node:net";
import type { FaultFigure } from "./fault.ts";
import { Echo } from "./tcp/echo.ts";
import { splitLines } from "./tcp/fuzz.ts";
import { Growth } from "./tcp/growth.ts";
import { silentWebSockets, vanishedPeers } from "./tcp/half-open.ts";
import { openPeer, reportWhen, type Served, serve } from "./tcp/served.ts";
import type { Report } from "./tcp/server.ts";

const LINES = 1000;
/** Of 16 KiB: four times what a line may have. */
const LINE_CHUNKS = 16;
const CONNECTS = 10_000;
const IDLE = 1000;
const STALLED = 100;
const STALLED_MS = 8000;
const CHUNK = Buffer.alloc(16 * 1024, "x");
/** What a line's limit and a queue's bound allow to be held, with as much again. */
const LINES_MIB = 128;
const STALLED_MIB = 50;
const HONEST_MS = 20;

export default async function faults(): Promise<FaultFigure[]> {
  return [
    splitLines(),
    await endlessLines(),
    await burst(),
    await stalledReaders("close"),
    await stalledReaders("oldest"),
    await silentWebSockets(),
    await vanishedPeers(),
  ];
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
  const { opened, refused } = await reportWhen(served, (report) => report.opened - 1 + report.refused >= CONNECTS);
  const { isAnswered } = echo.stop();
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

const hasClosed = ({ closed }: Report) => closed.slow === STALLED;
const hasDropped = ({ dropped }: Report) => dropped.overflow! > 0;

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
  const isOver = overflow === "close" ? hasClosed : hasDropped;
  const report = await reportWhen(served, isOver);
  const { p50, p99, isAnswered } = echo.stop();
  const { closed, dropped, open } = report;
  await end([...idle, ...stalled], served);
  const memory = new Growth(before, report);
  const gone = closed.slow ?? 0;
  const fate = overflow === "close" ? `${gone} disconnected as slow` : `${dropped.overflow} messages gave way`;
  const isHandled = isOver(report) && open >= (overflow === "close" ? IDLE : IDLE + STALLED);
  return {
    fault: `tcp: readers that stop (${overflow})`,
    figure: `${IDLE} idle, ${STALLED} that never read: ${memory}, ${fate}; an honest peer's answers p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms`,
    promise: `less than ${STALLED_MIB} MiB held, others answered as before (p50 < ${HONEST_MS} ms)`,
    kept: memory.isWithin(STALLED_MIB) && isHandled && isAnswered && p50 < HONEST_MS,
  };
}

async function end(peers: readonly Socket[], served: Served): Promise<void> {
  for (const peer of peers) peer.destroy();
  await served.stop();
}
