/**
 * A page of a hundred values in headless Chromium, beside Dashboard 2.0 and uibuilder in the same Node-RED: weight, first
 * value, what the page's main thread takes to keep up; then frames and lag at 20,000 values a second, and seven tabs. All are
 * sent the same values by the same source, one message each. Dashboard shows them in its text widgets, uibuilder, which has
 * none, on a page written by hand.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { launchChromium } from "../test/support/chromium.ts";
import { CONTENDERS, type ContenderName } from "./support/pages/contenders.ts";
import {
  type First,
  firstValue,
  type Load,
  mainThread,
  openPage,
  untilShown,
  watchLoad,
} from "./support/pages/measure.ts";
import { PagesServer } from "./support/pages/pages-server.ts";
import { median, type Row, row } from "./support/rows.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);
const FIRSTS = 5;
const ROUNDS = 3;
const TABS = 7;
/** Tabs behind another get a frame a second, and the last values are drawn in one of the first ten. */
const TABS_MS = 10_000;
const WARM_UP_MS = 1_000;
/** Of what is asked for. */
const ENOUGH = 0.97;
const SETTLE_MS = 2_000;
const NAMES = Object.keys(CONTENDERS) as ContenderName[];

type Each<T> = Record<ContenderName, T[]>;
const each = <T>(): Each<T> => ({ gatehouse: [], dashboard: [], uibuilder: [] });

/** In turn, so that the machine's moods are shared. */
async function firstValues(browser: Browser, server: PagesServer): Promise<Each<First>> {
  const firsts = each<First>();
  for (let round = 0; round <= FIRSTS; round++) {
    for (const name of NAMES) {
      await server.send(name, 1_000);
      const first = await firstValue(browser, server.address(name), CONTENDERS[name].places);
      if (round > 0) firsts[name].push(first);
    }
  }
  return firsts;
}

async function mainThreads(browser: Browser, server: PagesServer, perSecond: number): Promise<Each<number>> {
  const shares = each<number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of NAMES) {
      const { places } = CONTENDERS[name];
      await server.send(name, perSecond);
      const page = await openPage(browser, server.address(name), places);
      await pause(WARM_UP_MS);
      await server.send(name, perSecond);
      const begin = performance.now();
      shares[name].push(await mainThread(page, places, SECONDS / 2));
      const sent = ((await server.send(name, 0)) * 1000) / (performance.now() - begin);
      // Its page had less to do than the others': the machine is too busy for a comparison.
      if (sent < perSecond * ENOUGH) console.error(`${name} was sent ${Math.round(sent)} values a second alone`);
      await page.context().close();
    }
  }
  return shares;
}

/** How long until each shows all values, and how many streams the hub has for them then. */
async function sevenTabs(browser: Browser, server: PagesServer): Promise<{ ms: number; streams: number }> {
  await server.send("gatehouse", 1_000);
  const context = await browser.newContext();
  const begin = performance.now();
  const open = async () => {
    const page = await context.newPage();
    await page.goto(server.address("gatehouse"));
    await untilShown(page, CONTENDERS.gatehouse.places);
  };
  await Promise.all(Array.from({ length: TABS }, open));
  const ms = performance.now() - begin;
  // A tab that joins asks for the current values, which is a stream for a moment.
  await pause(SETTLE_MS);
  const streams = await server.streams();
  await context.close();
  return { ms, streams };
}

interface Loaded {
  readonly empty: Load;
  readonly loaded: Load;
  /** Values a second. */
  readonly sent: number;
}

/** At more than 5,000 a second the flow hands on one message for many values, as a codec does. */
async function underLoad(browser: Browser, server: PagesServer, perSecond: number): Promise<Loaded> {
  const blank = await (await browser.newContext()).newPage();
  const empty = await watchLoad(blank, "[]", 2);
  await blank.context().close();
  const { places } = CONTENDERS.gatehouse;
  await server.send("gatehouse", perSecond, true);
  const page = await openPage(browser, server.address("gatehouse"), places);
  await watchLoad(page, places, 2);
  await server.send("gatehouse", perSecond, true);
  const loaded = await watchLoad(page, places, SECONDS);
  const sent = (await server.send("gatehouse", 0)) / SECONDS;
  await page.context().close();
  return { empty, loaded, sent };
}

const ceiling = (bench: string, ours: number, max: number, peer = "limit", theirs = max): Row =>
  row(bench, ours, peer, theirs, { max });
/** No more than this share of theirs. */
const compare = (bench: string, ours: number, peer: string, theirs: number, most: number): Row =>
  row(bench, ours, peer, theirs, { max: Number((most * theirs).toPrecision(4)) });

export default async function bench(): Promise<Row[]> {
  const server = await PagesServer.open();
  const browser = await launchChromium();
  const firsts = await firstValues(browser, server);
  const shares = await mainThreads(browser, server, 5_000);
  const { empty, loaded, sent } = await underLoad(browser, server, 20_000);
  const tabs = await sevenTabs(browser, server);
  await browser.close();
  await server.close();
  const bytes = (name: ContenderName) => median(firsts[name].map((first) => first.bytes));
  const ms = (name: ContenderName) => median(firsts[name].map((first) => first.ms));
  const share = (name: ContenderName) => median(shares[name]) * 100;
  return [
    ceiling("client-bytes-100", bytes("gatehouse"), 20 * 1024, "Dashboard 2.0", bytes("dashboard")),
    ceiling("client-bytes-100", bytes("gatehouse"), 20 * 1024, "uibuilder", bytes("uibuilder")),
    ceiling("client-first-value-ms", ms("gatehouse"), 400, "uibuilder", ms("uibuilder")),
    compare("client-first-value-ms", ms("gatehouse"), "Dashboard 2.0", ms("dashboard"), 0.6),
    compare("client-main-thread-%-5000", share("gatehouse"), "Dashboard 2.0", share("dashboard"), 0.4),
    compare("client-main-thread-%-5000", share("gatehouse"), "uibuilder", share("uibuilder"), 1),
    row("client-values-per-s-20000", sent, "asked for", 20_000, ENOUGH),
    row("client-fps-20000", loaded.fps, "an empty page", empty.fps, 55 / 60),
    row("client-fps-drawn-20000", loaded.drawn, "an empty page", empty.fps, 55 / 60),
    ceiling("client-lag-p95-ms-20000", loaded.lagMs, 100),
    ceiling("client-7-tabs-streams", tabs.streams, 1),
    ceiling("client-7-tabs-ms", tabs.ms, TABS_MS),
  ];
}
