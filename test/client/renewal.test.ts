/** Pages that are left open for months: what becomes of them when their server comes back as another version. */
import type { BrowserContext, Page } from "playwright-core";
import should from "should";
import { loaded, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const KINDS = { "the device list": "/", "a device's page": "/d/mesh/1", "a view on a wall": "/v/wall/mesh/1" };

describePages("pages left open over a restart", ({ hub, openContext }) => {
  let context: BrowserContext;

  beforeEach(async () => {
    hub.views.set("wall", '<gh-value type="BAT"></gh-value>');
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

  it("load themselves anew where the server has another version, all tabs of a browser, nobody touching them", async () => {
    const pages = await Promise.all(Object.values(KINDS).map(open));
    hub.version = "2";
    await restart(pages);
    for (const page of pages) {
      await page.waitForFunction(() => document.querySelector('script[src$="v=2"]') !== null);
      should(await page.evaluate("globalThis.isSame")).be.undefined();
      await textBecomes(page, ".connection", "Live");
    }
    hub.publish("mesh/1", "BAT", 3.5);
    await textBecomes(pages[2]!, "gh-value [part=value]", "3.5");
  });

  it("load themselves anew where their view is another one", async () => {
    const page = await open("/v/wall/mesh/1");
    hub.views.set(
      "wall",
      '<div class="view" data-version="2"><h2>Another wall</h2><gh-value type="BAT"></gh-value></div>',
    );
    await restart([page]);
    await textBecomes(page, "main h2", "Another wall");
  });

  it("stay as they are where the server is the same", async () => {
    const pages = await Promise.all(Object.values(KINDS).map(open));
    const asked = () => hub.requests.filter((path) => Object.values(KINDS).includes(path)).length;
    const before = asked();
    await restart(pages);
    while (asked() < before + pages.length) await pages[0]!.evaluate(() => new Promise(requestAnimationFrame));
    await Promise.all(pages.map((page) => textBecomes(page, ".connection", "Live")));
    hub.publish("mesh/1", "BAT", 3.5);
    await textBecomes(pages[2]!, "gh-value [part=value]", "3.5");
    for (const page of pages) should(await page.evaluate("globalThis.isSame")).be.true();
  });
});
