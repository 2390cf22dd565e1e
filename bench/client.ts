/** Pages of a hundred components in headless Chromium: weight, first value, frames and lag under load, heap, and seven tabs. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { READINGS } from "../lib/sse/event-form.ts";
import { clientBuild } from "../scripts/client.ts";
import { pageText } from "../scripts/pages.ts";
import { launchChromium } from "../test/support/chromium.ts";
import type { Row } from "./support/rows.ts";

const ROOT = process.cwd();
const COMPONENTS = 100;
const TICK_MS = 10;
const TYPES: Readonly<Record<string, string>> = { css: "text/css", js: "text/javascript", html: "text/html" };

/** As the gallery's frame, with a hundred values in it. */
function pageOf(): string {
  const values = Array.from(
    { length: COMPONENTS },
    (_, at) => `<gh-value type="T${at}" label="Value ${at}"></gh-value>`,
  );
  return pageText(ROOT, "views/gallery.html")
    .replaceAll("{{base}}", "/gatehouse")
    .replaceAll("{{hash}}", "1")
    .replace(/(<main[^>]*>)[\s\S]*(<\/main>)/, `$1<gh-view device="bench/1">${values.join("")}</gh-view>$2`);
}

/** A hub of one device that says the time, so that its age can be seen on arrival. */
class BenchHub {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  #sequence = 0;
  #left = 0;
  perSecond = 0;
  #timer: NodeJS.Timeout;

  constructor(files: ReadonlyMap<string, string>) {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url!, "http://x").pathname.slice("/gatehouse".length);
      if (path === "/events") return this.#stream(response);
      const text = files.get(path.slice(1)) ?? (path.startsWith("/v/bench/") ? pageOf() : null);
      if (text === null) return void response.writeHead(404).end();
      const type = TYPES[/\.(js|css)$/.exec(path)?.[1] ?? "html"]!;
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip" }).end(gzipSync(text));
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get streams(): number {
    return this.#open.size;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/gatehouse`;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let at = 0; at < COMPONENTS; at++) response.write(this.#event(at));
    response.write(`id: b-${this.#sequence}\n\n`);
    this.#open.add(response);
    response.on("close", () => this.#open.delete(response));
  }

  #event(at: number): string {
    const [time, cursor] = [Date.now(), `b-${++this.#sequence}`];
    return READINGS.text({ topic: `bench/1/T${at}`, value: time, time, cursor }, cursor);
  }

  #tick(): void {
    this.#left += (this.perSecond * TICK_MS) / 1000;
    let text = "";
    for (; this.#left >= 1; this.#left--) text += this.#event(this.#sequence % COMPONENTS);
    if (text !== "") for (const response of this.#open) response.write(text);
  }
}

const SHOWN = `[...document.querySelectorAll("gh-value")].every((one) => typeof one.value === "number")`;

async function firstValue(context: BrowserContext, url: string): Promise<{ ms: number; bytes: number }> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const look = () => {
      const value = document.querySelector("gh-value")?.shadowRoot?.querySelector("[part=value]")?.textContent ?? "–";
      if (value === "–") requestAnimationFrame(look);
      else Object.assign(window, { firstAt: performance.now() });
    };
    requestAnimationFrame(look);
  });
  await page.goto(`${url}/v/bench/bench/1`);
  await page.waitForFunction("window.firstAt");
  const result = await page.evaluate(() => ({
    ms: (window as unknown as { firstAt: number }).firstAt,
    bytes: performance
      .getEntries()
      .filter((entry) => /\.(js|css)\?|\/v\/bench\//.test(entry.name))
      .reduce((sum, entry) => sum + ((entry as PerformanceResourceTiming).transferSize ?? 0), 0),
  }));
  await page.close();
  return result;
}

interface Load {
  readonly fps: number;
  readonly lagMs: number;
}

/** Frames a second, and how old the shown values are: 95 of a hundred are no older. */
function watchLoad(page: Page, seconds: number): Promise<Load> {
  return page.evaluate(async (length) => {
    const lags: number[] = [];
    const values = [...document.querySelectorAll("gh-value")] as (HTMLElement & { value: number; shown?: number })[];
    const begin = performance.now();
    let frames = 0;
    for (; performance.now() - begin < length * 1000; frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      for (const one of values) {
        if (one.value !== one.shown) lags.push(Date.now() - one.value);
        one.shown = one.value;
      }
    }
    lags.sort((a, b) => a - b);
    return {
      fps: (frames * 1000) / (performance.now() - begin),
      lagMs: lags[Math.floor(lags.length * 0.95)] ?? Number.NaN,
    };
  }, seconds);
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  await session.detach();
  return usedSize / 2 ** 20;
}

async function sevenTabs(browser: Browser, url: string, hub: BenchHub): Promise<{ ms: number; streams: number }> {
  const context = await browser.newContext();
  const begin = performance.now();
  const open = async () => {
    const page = await context.newPage();
    await page.goto(`${url}/v/bench/bench/1`);
    await page.waitForFunction(SHOWN);
    return page;
  };
  await Promise.all(Array.from({ length: 7 }, open));
  const ms = performance.now() - begin;
  const { streams } = hub;
  await context.close();
  return { ms, streams };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const ceiling = (bench: string, ours: number, max: number, peer = "limit"): Row => {
  return { bench, ours, peer, theirs: max, ratio: ours / max, goal: { max } };
};

export default async function bench(): Promise<Row[]> {
  const { outputFiles } = await build({ ...clientBuild(ROOT, "/"), write: false });
  const hub = new BenchHub(new Map(outputFiles.map(({ path, text }) => [path.slice(1), text])));
  const url = await hub.listen();
  const browser = await launchChromium();
  const context = await browser.newContext();
  const firsts: { ms: number; bytes: number }[] = [];
  for (let round = 0; round < 5; round++) firsts.push(await firstValue(await browser.newContext(), url));
  const page = await context.newPage();
  await page.goto("about:blank");
  const empty = await watchLoad(page, 3);
  await page.goto(`${url}/v/bench/bench/1`);
  await page.waitForFunction(SHOWN);
  hub.perSecond = 20_000;
  await watchLoad(page, 2);
  const loaded = await watchLoad(page, Number(process.env.BENCH_SECONDS ?? 10));
  hub.perSecond = 5_000;
  await watchLoad(page, 5);
  const before = await heapOf(page);
  await watchLoad(page, Number(process.env.BENCH_HEAP_SECONDS ?? 60));
  const after = await heapOf(page);
  hub.perSecond = 100;
  await page.close();
  const tabs = await sevenTabs(browser, url, hub);
  await browser.close();
  hub.close();
  const { fps } = loaded;
  return [
    ceiling("client-bytes-100", median(firsts.map(({ bytes }) => bytes)), 20 * 1024),
    ceiling("client-first-value-ms", median(firsts.map(({ ms }) => ms)), 400),
    {
      bench: "client-fps-20000",
      ours: fps,
      peer: "an empty page",
      theirs: empty.fps,
      ratio: fps / empty.fps,
      goal: 55 / 60,
    },
    ceiling("client-lag-p95-ms-20000", loaded.lagMs, 100),
    ceiling("client-heap-growth-mib", Math.max(0, after - before), 2),
    ceiling("client-7-tabs-streams", tabs.streams, 1),
    ceiling("client-7-tabs-ms", tabs.ms, 5_000),
  ];
}
