/** Pages in Chromium for tests: what the console says is kept, and a policy violation is a fault like any other. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import should from "should";

/** Chromium reports a request that found no server, or was refused, as an error of the console. */
const NETWORK = /Failed to load resource|net::ERR/;

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of page and console, but for failed requests. */
  readonly faults: string[];
}

/** Opens a page in a context of its own. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const faults = watch(page);
  await page.goto(url);
  return { page, faults };
}

/** The faults of a page, from now on. */
export function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    const serious = message.type() === "error" || message.type() === "warning";
    if (serious && !NETWORK.test(message.text())) faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return faults;
}

export function loaded(page: Page): Promise<unknown> {
  return page.waitForSelector("body[data-loaded]");
}

/** Waits until an element's text is as expected; says what it was where it never is. */
export async function textBecomes(
  page: Page,
  selector: string,
  expected: string | RegExp,
  withinMs = 8_000,
): Promise<void> {
  const fits = (text: string) => (typeof expected === "string" ? text === expected : expected.test(text));
  const end = Date.now() + withinMs;
  let text = "";
  do {
    text = (await page.locator(selector).first().textContent({ timeout: withinMs })) ?? "";
    if (fits(text)) return;
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  } while (Date.now() < end);
  should(text).match(expected);
}
