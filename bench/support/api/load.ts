/** Client programs in a process of their own: requests of known length, each on its own connection, and one that listens. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "../sse/latency-protocol.ts";
import { type Latency, type LoadCommand, latencyOf } from "./protocol.ts";

const REQUEST = Buffer.from("[GET]\x00\x05GPS", "latin1");
const EXPECTED = "SGPS\x06\x01\x05";
/** Behind the address. */
const PUSH = /(\d+);/g;
const COMPLETE_WITHIN_MS = 5000;

/** Arrivals of pushes, by their numbers. */
const arrivedMs = new Map<number, number>();

/** Resolves when the server has answered and closed; to how long that took from the connect on. */
async function ask(port: number): Promise<number> {
  const beganMs = monotonicMs();
  const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(REQUEST));
  let reply = "";
  socket.on("data", (chunk) => {
    reply += chunk.toString("latin1");
  });
  await once(socket, "close");
  if (!reply.startsWith(EXPECTED)) throw new Error(`the reply was ${JSON.stringify(reply)}`);
  return monotonicMs() - beganMs;
}

async function paced(port: number, requests: number, perSecond: number): Promise<Latency> {
  const latencies: Promise<number>[] = [];
  const beganMs = monotonicMs();
  while (latencies.length < requests) {
    const due = Math.min(requests, Math.floor(((monotonicMs() - beganMs) / 1000) * perSecond));
    while (latencies.length < due) latencies.push(ask(port));
    await sleep(1);
  }
  return latencyOf(await Promise.all(latencies));
}

async function busy(port: number, requests: number, clients: number): Promise<void> {
  let left = requests;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await ask(port);
    }),
  );
}

async function listen(port: number): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" }, () => socket.write("[syn]\0"));
  await once(socket, "data");
  socket.on("data", (chunk) => {
    const now = monotonicMs();
    for (const [, number] of chunk.toString("latin1").matchAll(PUSH)) arrivedMs.set(Number(number), now);
  });
}

async function pushLatency(sentMs: readonly (readonly [number, number])[]): Promise<Latency> {
  const end = monotonicMs() + COMPLETE_WITHIN_MS;
  while (sentMs.some(([number]) => !arrivedMs.has(number)) && monotonicMs() < end) await sleep(20);
  const missing = sentMs.filter(([number]) => !arrivedMs.has(number)).length;
  if (missing > 0) throw new Error(`${missing} of ${sentMs.length} pushes have not come`);
  return latencyOf(sentMs.map(([number, ms]) => arrivedMs.get(number)! - ms));
}

async function perform(command: LoadCommand): Promise<Latency | "done"> {
  if ("paced" in command) return paced(command.paced.port, command.paced.requests, command.paced.perSecond);
  if ("sentMs" in command) return pushLatency(command.sentMs);
  if ("busy" in command) await busy(command.busy.port, command.busy.requests, command.busy.clients);
  else await listen(command.listen.port);
  return "done";
}

process.on("message", async (command: LoadCommand) => process.send!(await perform(command)));
process.on("disconnect", () => process.exit());
