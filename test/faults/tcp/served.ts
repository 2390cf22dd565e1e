/** Starts the endpoint's process and speaks with it; opens peers. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { freePort } from "../../support/node-red.ts";
import type { Report } from "./server.ts";

/** Longest wait for what must come. */
const REPORT_MS = 60_000;
const LOOK_MS = 100;

export interface Served {
  readonly port: number;
  report(): Promise<Report>;
  stop(): Promise<void>;
}

export async function serve(fields: object): Promise<Served> {
  const port = await freePort();
  const options = JSON.stringify({ role: "listen", port: String(port), maxPerAddress: "100000", ...fields });
  const child = fork(join(import.meta.dirname, "server.ts"), [options]);
  await once(child, "message");
  return { port, report: () => ask(child), stop: () => stop(child) };
}

async function ask(child: ChildProcess): Promise<Report> {
  child.send("report");
  const [report] = (await once(child, "message")) as [Report];
  return report;
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.disconnect();
  await gone;
}

export async function openPeer(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** The first report of which it is true, or the last one that is waited for. */
export async function reportWhen(served: Served, isTrue: (report: Report) => boolean): Promise<Report> {
  const until = performance.now() + REPORT_MS;
  for (;;) {
    const report = await served.report();
    if (isTrue(report) || performance.now() > until) return report;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
