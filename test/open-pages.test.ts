/** Pages in a browser while their server restarts, and a device with every character that an id may have, from the list to its commands. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import should from "should";
import { countBecomes, loaded, textBecomes } from "./client/browser.ts";
import { chromiumMissing } from "./support/chromium.ts";
import { describeWith } from "./support/needs.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";
import { sharedChromium } from "./support/shared-chromium.ts";

/** Browsers, and the tabs of each: a page of the store that outlives a restart, then one of the store that does not, in turn. */
const BROWSERS = 5;
const TABS = 10;
/** Fifty pages on a machine that has other work too. */
const SLOW_MS = 60_000;
const NETWORK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:_";
const EVERY = `${NETWORK}/abcdefghijklmnopqrstuvwxyz0123456789._:-`;
const TYPE = "a-Z.9_:%25";

const at = (node: object) => ({ z: "tab", x: 0, y: 0, wires: [], ...node });
const set = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([p, to]) => ({ t: "set", p, pt: "msg", to, tot: "msg" }));

/** A hub on a store, what it is told at `/say/<name>`, and a view whose commands are delivered. */
function served(name: "file" | "memory"): object[] {
  const html = `<gh-log type="n"></gh-log><gh-value type="${TYPE}"></gh-value><gh-button command="${TYPE}"></gh-button>`;
  return [
    { id: `${name}-store`, type: "gh-store-backend", kind: name, directory: `kept-${name}` },
    { id: `${name}-hub`, type: "gh-sse-hub", path: `/${name}-hub`, store: `${name}-store`, thisMachine: "first" },
    at({
      id: `${name}-in`,
      type: "http in",
      url: `/say/${name}`,
      method: "post",
      wires: [[`${name}-ok`, `${name}-said`]],
    }),
    at({ id: `${name}-ok`, type: "http response" }),
    at({
      ...{ id: `${name}-said`, type: "change", wires: [[`${name}-put`]] },
      rules: set({ device: "payload.device", type: "payload.type", payload: "payload.value" }),
    }),
    at({ id: `${name}-put`, type: "node-store", store: `${name}-store`, wires: [[`${name}-out`], [`${name}-out`]] }),
    at({ id: `${name}-out`, type: "sse-out", hub: `${name}-hub`, delivery: "log" }),
    at({
      ...{ id: `${name}-view`, type: "gh-device-view", hub: `${name}-hub`, name: "wall", device: "{device}", html },
      wires: [[`${name}-put`]],
    }),
    at({
      ...{ id: `${name}-feed`, type: "gh-store-feed", store: `${name}-store`, mode: "commands", networks: NETWORK },
      wires: [[`${name}-done`]],
    }),
    at({
      ...{ id: `${name}-done`, type: "change", wires: [[`${name}-put`]] },
      rules: [{ t: "set", p: "action", pt: "msg", to: "delivered", tot: "str" }],
    }),
  ];
}

const FLOW = [{ id: "tab", type: "tab", label: "Pages" }, ...served("file"), ...served("memory")];

describeWith("open pages", chromiumMissing(), function suite(this: Mocha.Suite) {
  this.timeout(240_000);
  const userDir = mkdtempSync(join(tmpdir(), "gatehouse-pages-"));
  let red: NodeRed;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  before(async () => {
    [red, browser] = await Promise.all([startNodeRed({ flow: FLOW, userDir }), sharedChromium()]);
  });

  after(async () => {
    await red.stop();
    rmSync(userDir, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });

  async function say(name: string, device: string, type: string, value: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ device, type, value });
    should((await fetch(`${red.origin}/say/${name}`, { method: "POST", headers, body })).status).equal(200);
  }

  async function sayAll(numbers: readonly number[]): Promise<void> {
    for (const n of numbers) for (const name of ["file", "memory"]) await say(name, "site/1", "n", n);
  }

  async function open(path: string, context?: BrowserContext): Promise<Page> {
    const own = context ?? (await browser.newContext());
    if (!context) contexts.push(own);
    const page = await own.newPage();
    await page.goto(red.origin + path);
    return page;
  }

  const lastLine = "gh-log li:last-child [part=text]";
  const linesOf = (page: Page) => page.locator("gh-log [part=text]").allTextContents();

  it("fifty of them resume by themselves over a restart, without a hole, or say that there is one", async () => {
    await sayAll([1, 2]);
    const names = Array.from({ length: TABS }, (_, tab) => (tab % 2 === 0 ? "file" : "memory"));
    const pages: (readonly [string, Page])[] = [];
    for (let number = 0; number < BROWSERS; number++) {
      const context = await browser.newContext();
      contexts.push(context);
      const opened = names.map(async (name) => [name, await open(`/${name}-hub/v/wall/site/1`, context)] as const);
      pages.push(...(await Promise.all(opened)));
    }
    should(pages).have.length(50);
    for (const [, page] of pages) await textBecomes(page, lastLine, "2", SLOW_MS);
    await red.stop();
    red = await startNodeRed({ flow: FLOW, userDir, port: red.port });
    await Promise.all(pages.map(([, page]) => textBecomes(page, ".connection", "Live", SLOW_MS)));
    await sayAll([3, 4]);
    for (const [name, page] of pages) {
      await textBecomes(page, lastLine, "4", SLOW_MS);
      const isKept = name === "file";
      should([name, await linesOf(page)]).deepEqual([name, isKept ? ["1", "2", "3", "4"] : ["3", "4"]]);
      await countBecomes(page, ".notice.gap", isKept ? 0 : 1);
    }
  });

  it("of a device with every character that an id may have: list, page, history, view, command", async () => {
    const characters = new Set(EVERY.replace("/", ""));
    should(characters.size).equal(26 + 26 + 10 + 4);
    await say("file", EVERY, TYPE, 21);
    await say("file", EVERY, TYPE, 22);
    const page = await open("/file-hub/");
    await page.locator(`[data-device="${EVERY}"] h3 a`).click();
    await loaded(page);
    await textBecomes(page, "h1", EVERY);
    await textBecomes(page, `.card [part=value]`, "22");
    await say("file", EVERY, TYPE, 23);
    await textBecomes(page, `.card [part=value]`, "23");
    const query = new URLSearchParams({ device: EVERY, type: TYPE });
    const history = (await (await fetch(`${red.origin}/file-hub/history?${query}`)).json()) as { value: number }[];
    should(history.map(({ value }) => value)).deepEqual([21, 22, 23]);
    await page.goto(`${red.origin}/file-hub/v/wall`);
    await page.locator("main a", { hasText: EVERY }).click();
    await textBecomes(page, "gh-value [part=value]", "23");
    await page.locator("gh-button button").click();
    await textBecomes(page, "gh-button [part=outcome]", "Delivered");
  });
});
