/** Pages in Chromium for tests: what the console says is kept, and a policy violation is a fault like any other. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import should from "should";
import { eventually } from "../support/eventually.ts";
import type { MockHub } from "./mock-hub.ts";

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
export function watch(page: Page, faults: string[] = []): string[] {
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
  withinMs = 20_000,
): Promise<void> {
  const place = page.locator(selector).first();
  await eventually(async () => {
    const text = (await place.textContent({ timeout: withinMs })) ?? "";
    if (typeof expected === "string") should(text).equal(expected);
    else should(text).match(expected);
  }, withinMs);
}

/** The same for all elements of a selector, in their order. */
export function textsBecome(page: Page, selector: string, expected: readonly string[]): Promise<void> {
  return eventually(async () => should(await page.locator(selector).allTextContents()).deepEqual(expected));
}

/** The hub has heard these. A page says that it sends before it does. */
export function commandsBecome(hub: MockHub, expected: readonly object[]): Promise<void> {
  return eventually(() => should(hub.commands).deepEqual(expected));
}

export function countBecomes(page: Page, selector: string, expected: number): Promise<void> {
  return eventually(async () => should(await page.locator(selector).count()).equal(expected));
}
