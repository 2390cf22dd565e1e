/**
 * What a page of a hundred values holds after minutes of 5,000 values a second: its heap once nothing is left to free, again
 * and again, and the line through these. `BENCH_MINUTES=10 npm run bench -- page-heap` for the promise of ten minutes.
 */
import { setTimeout as pause } from "node:timers/promises";
import { launchChromium } from "../test/support/chromium.ts";
import { CONTENDERS } from "./support/pages/contenders.ts";
import { heapOf, openPage } from "./support/pages/measure.ts";
import { PagesServer } from "./support/pages/pages-server.ts";
import { type Row, row } from "./support/rows.ts";

const MINUTES = Number(process.env.BENCH_MINUTES ?? 1);
const PER_SECOND = 5_000;
const SAMPLES = 20;
/** What a page keeps of its beginning: compiled code, and the sizes that its collector has learned. */
const WARM_UP_MS = 15_000;
/** More than this over ten minutes is growth. */
const MOST_MIB = 1;

interface Sample {
  readonly minute: number;
  readonly mib: number;
}

/** Of the line with the least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (read: (sample: Sample) => number) => samples.reduce((sum, one) => sum + read(one), 0) / samples.length;
  const [minute, mib] = [mean((one) => one.minute), mean((one) => one.mib)];
  const above = mean((one) => (one.minute - minute) * (one.mib - mib));
  return above / mean((one) => (one.minute - minute) ** 2);
}

export default async function bench(): Promise<Row[]> {
  const server = await PagesServer.open();
  const browser = await launchChromium();
  await server.send("gatehouse", PER_SECOND);
  const page = await openPage(browser, server.address("gatehouse"), CONTENDERS.gatehouse.places);
  await pause(WARM_UP_MS);
  await server.send("gatehouse", PER_SECOND);
  const samples: Sample[] = [];
  const begin = performance.now();
  for (let count = 0; count <= SAMPLES; count++) {
    await pause(Math.max(0, begin + (count * MINUTES * 60_000) / SAMPLES - performance.now()));
    samples.push({ minute: (performance.now() - begin) / 60_000, mib: await heapOf(page) });
  }
  const sent = (await server.send("gatehouse", 0)) / ((performance.now() - begin) / 1000);
  await browser.close();
  await server.close();
  console.error(`MiB of heap: ${samples.map(({ mib }) => mib.toFixed(2)).join(" ")}`);
  const growth = slopeOf(samples) * MINUTES;
  return [
    row("page-heap-mib", samples.at(-1)!.mib, "at the beginning", samples[0]!.mib, { max: samples[0]!.mib + MOST_MIB }),
    row(`page-heap-growth-mib-${MINUTES}-min`, growth, "limit", MOST_MIB, { max: MOST_MIB }),
    row("page-heap-values-per-s", sent, "asked for", PER_SECOND, 0.97),
  ];
}
