/** Pages that are left open for months: what becomes of them when their server, or their view, is another version. */
import type { BrowserContext, Page } from "playwright-core";
import should from "should";
import { loaded, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const wall = (version: number, content = '<gh-value type="BAT"></gh-value>') =>
  `<div class="view" data-view="wall" device="mesh/1" data-version="${version}">${content}</div>`;
const KINDS = { "the device list": "/", "a device's page": "/d/mesh/1", "a view on a wall": "/v/wall/mesh/1" };

describePages("pages left open", ({ hub, openContext }) => {
  let context: BrowserContext;

  beforeEach(async () => {
    hub.views.set("wall", wall(1));
    hub.publish("mesh/1", "BAT", 3.7);
    context = await openContext();
  });

  /** What a reload takes away. */
  async function open(path: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(hub.url + path);
    await loaded(page);
    await textBecomes(page, ".connection", "Live");
    await page.evaluate("globalThis.isSame = true");
    return page;
  }

  async function restart(pages: readonly Page[]): Promise<void> {
    await hub.stop();
    for (const page of pages) await textBecomes(page, ".connection", /^(Reconnecting|Lost since .*)$/);
    await hub.start();
  }

  /** Its heading, after it has loaded itself anew. */
  const becomes = (page: Page, hasText: string) => page.locator("main h2", { hasText }).waitFor();
  const isSame = (page: Page) => page.evaluate("globalThis.isSame");

  it("load themselves anew where a restart brought another version, all tabs of a browser, nobody touching them", async () => {
    const pages = await Promise.all(Object.values(KINDS).map(open));
    hub.version = "2";
    await restart(pages);
    for (const page of pages) {
      await page.waitForFunction(() => document.querySelector('script[src$="v=2"]') !== null);
      should(await isSame(page)).be.undefined();
      await textBecomes(page, ".connection", "Live");
    }
    hub.publish("mesh/1", "BAT", 3.5);
    await textBecomes(pages[2]!, "gh-value [part=value]", "3.5");
  });

  it("load themselves anew where their view is another one after a restart", async () => {
    const page = await open("/v/wall/mesh/1");
    hub.views.set("wall", wall(2, "<h2>Another wall</h2>"));
    await restart([page]);
    await becomes(page, "Another wall");
  });

  it("stay as they are where the server is the same after a restart", async () => {
    const pages = await Promise.all(Object.values(KINDS).map(open));
    await restart(pages);
    await Promise.all(pages.map((page) => textBecomes(page, ".connection", "Live")));
    hub.publish("mesh/1", "BAT", 3.5);
    await textBecomes(pages[2]!, "gh-value [part=value]", "3.5");
    for (const page of pages) should(await isSame(page)).be.true();
  });

  it("load themselves anew at once where their view becomes another one, and only those of that view", async () => {
    const [list, , view] = await Promise.all(Object.values(KINDS).map(open));
    hub.tellVersion("wall");
    hub.views.set("wall", wall(2, "<h2>Another wall</h2>"));
    hub.tellVersion("wall");
    await becomes(view!, "Another wall");
    should(await isSame(list!)).be.true();
  });

  it("wait for who types, and for a server that is not there", async () => {
    hub.views.set("wall", wall(1, '<gh-value type="BAT"></gh-value><gh-input command="say"></gh-input>'));
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(`${hub.url}/v/wall/mesh/1`);
    await textBecomes(page, ".connection", "Live");
    await page.evaluate("globalThis.isSame = true");
    await page.locator("gh-input input").pressSequentially("hel");
    hub.views.set("wall", wall(2, "<h2>Another wall</h2>"));
    hub.tellVersion("wall");
    hub.publish("mesh/1", "BAT", 3.5);
    await textBecomes(page, "gh-value [part=value]", "3.5");
    await page.clock.runFor(30_000);
    should(await page.locator("gh-input input").inputValue()).equal("hel");
    await hub.stop();
    await page.clock.runFor(40_000);
    should(await isSame(page)).be.true();
    await hub.start();
    await page.clock.runFor(20_000);
    await becomes(page, "Another wall");
  });
});
