/** Peers that stop answering, and peers that vanish without a word: how soon an endpoint finds them. */
import { once } from "node:events";
import { WebSocket } from "ws";
import type { FaultFigure } from "../fault.ts";
import { reportWhen, type Served, serve } from "./served.ts";
import { networkMissing, VanishingNetwork } from "./vanishing.ts";

const VANISHING = 50;
const KEEP_ALIVE_S = 4;

export async function silentWebSockets(): Promise<FaultFigure> {
  const served = await serve({ transport: "ws", keepAliveS: String(KEEP_ALIVE_S) });
  const peers = Array.from({ length: VANISHING }, () => {
    return new WebSocket(`ws://127.0.0.1:${served.port}/`, { autoPong: false });
  });
  await Promise.all(peers.map((peer) => once(peer, "open")));
  const figure = await untilFound(served, VANISHING, "ws: peers that stop answering");
  for (const peer of peers) peer.terminate();
  await served.stop();
  return figure;
}

/** Half of them are told something when they have vanished, half are idle. */
export async function vanishedPeers(): Promise<FaultFigure> {
  const fault = "tcp: peers that vanish";
  const missing = networkMissing();
  if (missing) return { fault, figure: `not run: ${missing}`, promise: "found within 2.5 keep-alives", kept: true };
  const network = new VanishingNetwork();
  try {
    const served = await serve({ host: network.address, keepAliveS: String(KEEP_ALIVE_S), queueKib: "65536" });
    await network.join(served.port, VANISHING);
    await network.join(served.port, VANISHING, "flood");
    network.vanish();
    const figure = await untilFound(served, 2 * VANISHING, fault, ", half of them while they are told something");
    await served.stop();
    return figure;
  } finally {
    network.remove();
  }
}

async function untilFound(served: Served, count: number, fault: string, how = ""): Promise<FaultFigure> {
  const from = performance.now();
  const limit = 2.5 * KEEP_ALIVE_S;
  const { closed } = await reportWhen(served, (report) => report.closed.silent === count);
  const found = closed.silent ?? 0;
  const elapsed = (performance.now() - from) / 1000;
  return {
    fault,
    figure: `${found} of ${count} found${how}, the last after ${(elapsed / KEEP_ALIVE_S).toFixed(2)} keep-alives of ${KEEP_ALIVE_S} s`,
    promise: "all found within 2.5 keep-alives",
    kept: found === count && elapsed <= limit,
  };
}
