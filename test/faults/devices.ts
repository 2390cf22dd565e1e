/** The promise of device clients: cut off for a minute while they measure, they lose nothing and keep the order, in each language. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { TRIALS, type Trial } from "../support/device-trials.ts";
import { FaultProxy } from "../support/fault-proxy.ts";
import { type Started, startGatehouse } from "../support/started.ts";
import type { FaultFigure } from "./fault.ts";

const AWAY_MS = 60_000;
const EVERY_MS = 100;
/** What clients use where nobody says otherwise. */
const PACE = { patienceMs: 15_000, mostWaitMs: 60_000 };
/** Beyond the longest wait between two attempts. */
const BACK_WITHIN_MS = 120_000;

type Outage = "unplugged" | "swallowed";

/** `unplugged`: the line is cut, and no other one is made. `swallowed`: lines are made, and nothing comes through. */
const OUTAGES: Readonly<Record<Outage, { begin(proxy: FaultProxy): unknown; end(proxy: FaultProxy): unknown }>> = {
  unplugged: { begin: (proxy) => proxy.unplug(), end: (proxy) => proxy.plug() },
  swallowed: { begin: (proxy) => proxy.darken(), end: (proxy) => proxy.lighten() },
};

export default async function run(): Promise<FaultFigure[]> {
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-devices-fault-"));
  const gatehouse = await startGatehouse({ GATEHOUSE_SIMULATE: "0", GATEHOUSE_USER_DIR: userDir });
  const runs = TRIALS.flatMap((trial) => (["unplugged", "swallowed"] as const).map((outage) => ({ trial, outage })));
  const figures = await Promise.all(runs.map(({ trial, outage }) => cutOff(gatehouse, trial, outage)));
  await gatehouse.stop("SIGTERM");
  rmSync(userDir, { recursive: true, force: true });
  return figures;
}

async function cutOff(gatehouse: Started, { name, port, start }: Trial, outage: Outage): Promise<FaultFigure> {
  const id = `${name.replaceAll(/\W+/g, "-")}-${outage}`;
  const proxy = await FaultProxy.to(gatehouse.env[port]!);
  const trial = await start(proxy.port, id, PACE);
  let written = 0;
  const measuring = setInterval(() => trial.write({ n: ++written }), EVERY_MS);
  await trial.heard((line) => line.startsWith("connected"));
  await wait(EVERY_MS * 20);
  const before = written;
  await OUTAGES[outage].begin(proxy);
  await wait(AWAY_MS);
  const kept = written - before;
  await OUTAGES[outage].end(proxy);
  const from = performance.now();
  await trial.heard((line) => line.startsWith("connected"));
  const seconds = (performance.now() - from) / 1000;
  clearInterval(measuring);
  const stored = await storedOf(gatehouse, id, written);
  await trial.stop();
  await proxy.unplug();
  return figureOf(`devices: ${name}, ${outage}`, { written, kept, seconds, stored });
}

interface Seen {
  readonly written: number;
  readonly kept: number;
  readonly seconds: number;
  readonly stored: readonly number[];
}

function figureOf(fault: string, { written, kept, seconds, stored }: Seen): FaultFigure {
  const known = new Set(stored).size;
  const [lost, doubled] = [written - known, stored.length - known];
  const misplaced = stored.filter((n, index) => index > 0 && n < stored[index - 1]!).length;
  const back = `back after ${seconds.toFixed(1)} s`;
  return {
    fault,
    figure: `${written} written, ${kept} of them meanwhile, ${back}, ${lost} lost, ${doubled} doubled, ${misplaced} out of order`,
    promise: `${AWAY_MS / 1000} s away: 0 lost, 0 doubled, order kept`,
    kept: kept > 0 && lost + doubled + misplaced === 0,
  };
}

async function storedOf({ origin }: Started, id: string, count: number): Promise<number[]> {
  const latest = performance.now() + BACK_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${origin}/gatehouse/history?device=site/${id}&type=n&limit=10000`);
    const stored = ((await answer.json()) as { readonly value: number }[]).map(({ value }) => value);
    if (stored.length >= count || performance.now() > latest) return stored;
    await wait(EVERY_MS);
  }
}
