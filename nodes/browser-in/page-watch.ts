/** Tells of pages that browsers open and close; one whose connection is only made anew stays open. */
import type { NodeMessage } from "node-red";
import { Audience, type PageChange } from "../../lib/sse/audience.ts";
import type { Browser, Presence } from "../sse-hub/browsers.ts";

/** A browser that lost its connection, or wants other topics, is back sooner. */
const GRACE_MS = 2000;

export class PageWatch {
  readonly #audience = new Audience();
  readonly #tell: (message: NodeMessage) => void;
  readonly #leaving = new Map<NodeJS.Timeout, Browser>();

  constructor(tell: (message: NodeMessage) => void) {
    this.#tell = tell;
  }

  receive({ type, browser }: Presence): void {
    if (type === "connected") this.#open(browser);
    if (type === "gone" && browser.pages.length > 0) this.#leave(browser);
  }

  /** Of a browser that was there before a deploy and is not back. */
  lose({ id, pages }: Browser): void {
    for (const page of pages) {
      this.#audience.open(id, page);
      this.#say("closed", id, this.#audience.close(id, page));
    }
  }

  /** Returns the browsers whose pages would have been closed in a moment. */
  stop(): Browser[] {
    for (const timer of this.#leaving.keys()) clearTimeout(timer);
    return [...this.#leaving.values()];
  }

  #open({ id, pages }: Browser): void {
    for (const page of pages) this.#say("opened", id, this.#audience.open(id, page));
  }

  #leave(browser: Browser): void {
    const { id, pages } = browser;
    const timer = setTimeout(() => {
      this.#leaving.delete(timer);
      for (const page of pages) this.#say("closed", id, this.#audience.close(id, page));
    }, GRACE_MS);
    this.#leaving.set(timer, browser);
  }

  #say(type: "opened" | "closed", id: string, change: PageChange | null): void {
    if (!change) return;
    const { view, device } = change;
    const message = { type, payload: change, _session: { type: "browser", id } };
    this.#tell({ ...message, ...(view !== null && { view }), ...(device !== null && { device }) } as NodeMessage);
  }
}
