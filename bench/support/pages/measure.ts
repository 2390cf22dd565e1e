/** What is seen of a page of values from within, and what it costs by Chromium's own count. */
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import { CLOCK_MS } from "./protocol.ts";

/** Less is told apart by nothing. */
const LEAST_S = 0.1;

export interface First {
  /** From the start of the navigation to the frame behind the one that shows a value. */
  readonly ms: number;
  /** That came over the network until then, headers included. */
  readonly bytes: number;
}

/** Of a browser that has nothing of the page yet. */
export async function firstValue(browser: Browser, url: string, places: string): Promise<First> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(`(function look() {
    const shown = document.body && ${places}.some((place) => /\\d/.test(place?.textContent ?? ""));
    if (shown) window.firstAt = performance.now();
    else requestAnimationFrame(look);
  })()`);
  await page.goto(url);
  await until(page, "window.firstAt");
  const first = await page.evaluate(() => {
    const entries = performance.getEntries().filter((entry) => "transferSize" in entry);
    const bytes = entries.reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0);
    return { ms: (window as unknown as { firstAt: number }).firstAt, bytes };
  });
  await context.close();
  return first;
}

export async function openPage(browser: Browser, url: string, places: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await untilShown(page, places);
  return page;
}

/** Until the page has a value in every place. */
export function untilShown(page: Page, places: string): Promise<void> {
  return until(page, `(${places}).length > 0 && (${places}).every((one) => /^\\d+$/.test(one?.textContent ?? ""))`);
}

/** Playwright's own waiting evaluates its text again and again, which the hub's pages forbid. */
async function until(page: Page, condition: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = () => (${condition}) ? resolve() : requestAnimationFrame(look);
    look();
  })`);
}

export interface Load {
  /** Frames in a second, by their callbacks. */
  readonly fps: number;
  /** Of these, frames that show another value than the one before. */
  readonly drawn: number;
  /** From when a value was sent to the frame behind the one that shows it: 95 of a hundred are no older. */
  readonly lagMs: number;
}

export async function watchLoad(page: Page, places: string, seconds: number): Promise<Load> {
  return page.evaluate(`(${watchFrames})(${places}, ${seconds}, ${CLOCK_MS})`);
}

/** Runs in the page. */
async function watchFrames(places: HTMLElement[], seconds: number, clock: number): Promise<Load> {
  const lags: number[] = [];
  const shown = places.map((place) => place.textContent);
  const begin = performance.now();
  let [frames, drawn] = [0, 0];
  for (; performance.now() - begin < seconds * 1000; frames++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = Date.now() % clock;
    const before = lags.length;
    for (const [at, { textContent }] of places.entries()) {
      if (textContent !== shown[at]) lags.push((now - Number(textContent) + clock) % clock);
      shown[at] = textContent;
    }
    if (lags.length > before) drawn++;
  }
  const length = (performance.now() - begin) / 1000;
  lags.sort((a, b) => a - b);
  return { fps: frames / length, drawn: drawn / length, lagMs: lags[Math.floor(lags.length * 0.95)] ?? Number.NaN };
}

/**
 * The share of a processor that the page's main thread takes to keep up: time that it runs, not time that it waits for one,
 * by the time in which what it worked off was sent. A page that falls behind works off less, and may take more than all.
 */
export async function mainThread(page: Page, places: string, seconds: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = { ran: await taskSeconds(session), sentAt: await newestSentAt(page, places) };
  await pause(seconds * 1000);
  const after = { ran: await taskSeconds(session), sentAt: await newestSentAt(page, places) };
  await session.detach();
  return (after.ran - before.ran) / Math.max(LEAST_S, after.sentAt - before.sentAt);
}

/** In seconds of the page's clock. */
function newestSentAt(page: Page, places: string): Promise<number> {
  return page.evaluate(`(() => {
    const ages = (${places}).map(({ textContent }) => (Date.now() - Number(textContent)) % ${CLOCK_MS});
    return (performance.now() - Math.min(...ages)) / 1000;
  })()`);
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** MiB that are in use once nothing is left to free. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize / 2 ** 20;
}
