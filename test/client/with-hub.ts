/** Suites that look at pages in Chromium against a scripted hub: it is new for each test, and a test's pages end with it. */
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import should from "should";
import { chromiumMissing } from "../support/chromium.ts";
import { describeWith } from "../support/needs.ts";
import { sharedChromium } from "../support/shared-chromium.ts";
import { watch } from "./browser.ts";
import { MockHub } from "./mock-hub.ts";

export interface WithHub {
  readonly hub: MockHub;
  /** What the pages of a test found wrong; a test that asks for it takes it out. */
  readonly faults: string[];
  /** Opens a path of the hub in a context of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, with a clock that the test turns. */
  openAt(path: string, time?: number): Promise<Page>;
  /** Opens a view of `html` for a device. */
  show(html: string, device?: string): Promise<Page>;
  /** For pages that share storage and connection. */
  openContext(options?: BrowserContextOptions): Promise<BrowserContext>;
}

export function describePages(title: string, suite: (given: WithHub) => void): void {
  describeWith(title, chromiumMissing(), () => {
    const hub = new MockHub();
    const faults: string[] = [];
    const contexts: BrowserContext[] = [];

    async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
      const browser = await sharedChromium();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      context.on("page", (page) => watch(page, faults));
      contexts.push(context);
      return context;
    }

    async function open(path: string, options?: BrowserContextOptions): Promise<Page> {
      const page = await (await openContext(options)).newPage();
      await page.goto(hub.url + path);
      return page;
    }

    async function openAt(path: string, time = Date.now()): Promise<Page> {
      const page = await (await openContext()).newPage();
      await page.clock.install({ time });
      await page.goto(hub.url + path);
      return page;
    }

    function show(html: string, device = "mesh/5"): Promise<Page> {
      hub.views.set("test", html);
      return open(`/v/test/${device}`);
    }

    beforeEach(() => hub.start());

    afterEach(async () => {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      await hub.stop();
      hub.forget();
      should(faults.splice(0)).deepEqual([]);
    });

    suite({ hub, faults, open, openAt, show, openContext });
  });
}
