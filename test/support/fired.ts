/** Counts in Chromium what becomes code: `fired()` is there in every frame, and no content policy stands before it. */
import type { Browser, BrowserContext, Page } from "playwright-core";

export interface Armed {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The names of the frames that called `fired`, one for each call. */
  readonly calls: readonly string[];
}

export async function arm(browser: Browser): Promise<Armed> {
  const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1400, height: 1000 } });
  const calls: string[] = [];
  await context.exposeBinding("fired", ({ frame }) => void calls.push(frame.name()));
  return { context, page: await context.newPage(), calls };
}

/** As careless a page as there is: each text stands in a frame of its own as an address, in an attribute, and as content. */
export async function showCarelessly(page: Page, texts: readonly string[]): Promise<void> {
  await page.setContent("<body></body>");
  await page.evaluate((all) => {
    for (const [index, text] of all.entries()) {
      const frame = document.createElement("iframe");
      frame.name = `text-${index}`;
      frame.srcdoc = `<a href="${text}">x</a><p title="${text}">x</p><img alt='${text}'><style>@keyframes x{}</style>${text}`;
      document.body.append(frame);
    }
  }, texts);
}

/** Whatever a hand can do to the elements of a page and of its frames, but for what leads away. */
export async function touchEverything(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    await frame
      .evaluate(() => {
        const events = ["mouseover", "pointerenter", "focus", "copy", "animationend", "close"];
        for (const element of document.querySelectorAll<HTMLElement>("body *")) {
          for (const name of events) element.dispatchEvent(new Event(name, { bubbles: name !== "focus" }));
          const href = element.getAttribute("href") ?? "";
          if (!/^(https?:)?\/\//.test(href.trim()) && element.localName !== "button")
            element.dispatchEvent(new Event("click"));
          if (/^\s*java/i.test(href)) element.click?.();
        }
      })
      .catch(() => {});
  }
}
