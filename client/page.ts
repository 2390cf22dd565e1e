/** What the pages have in common: a stream that pauses with the page, a second's tick, and requests that are tried again. */
import type { Outcome } from "../lib/commands/command.ts";
import { serverNow } from "./api.ts";
import { type Connection, connectionIndicator, faultTitle, showFault } from "./connection.ts";
import { find } from "./dom.ts";
import type { EventStream, LiveReading, StreamListener } from "./event-stream.ts";
import { faultOf, RequestFault } from "./fault.ts";
import { SharedLive } from "./tabs/shared-live.ts";

export interface Page {
  readonly connection: Connection;
  /** As whom the page sends commands. */
  browser(): string;
  /** Time at which a status is judged: while the stream is lost, nothing is known of later. */
  judgedAt(): number;
  /** Loads the page's data, now and whenever live readings may not tell all; says so in `place` where it fails. */
  load(): Promise<void>;
}

export interface PageParts {
  readonly base: string;
  readonly topics: readonly string[];
  readonly load: () => Promise<void>;
  readonly reading: (reading: LiveReading) => void;
  readonly tick: (page: Page) => void;
  /** What it hears of its commands, where it sends any. */
  readonly outcome?: (outcome: Outcome) => void;
}

const TICK_MS = 1_000;
/** Names and labels are set by hand, and no event tells of it. */
const RELOAD_MS = 60_000;

export function openPage(parts: PageParts): Page {
  const connection = connectionIndicator();
  const page: Page = { connection, judgedAt, browser: () => live.browser, load: () => load(parts, page) };
  let wasLive = false;
  const listener: StreamListener = {
    reading: parts.reading,
    outcome: (outcome) => parts.outcome?.(outcome),
    gap() {
      connection.gap();
      void page.load();
    },
    state(state) {
      connection.state(state);
      if (state.name !== "live") return;
      if (wasLive || document.body.dataset.failed) void page.load();
      wasLive = true;
    },
  };
  const live = new SharedLive(parts.base, newName(), listener);
  live.want(parts.topics, parts.topics);
  keepOpen(live);
  setInterval(() => parts.tick(page), TICK_MS);
  setInterval(() => document.hidden || void page.load(), RELOAD_MS);
  void page.load();
  return page;

  function judgedAt(): number {
    const lost = connection.lostAt();
    return lost === null ? serverNow() : serverNow() - (Date.now() - lost);
  }
}

/** A name that no other page has: whoever knew it would hear of this one's commands. */
export function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A page in the browser's back cache holds no connection; one that is looked at again tries at once. */
export function keepOpen(stream: Pick<EventStream, "open" | "close" | "hurry">): void {
  stream.open();
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && stream.open());
  addEventListener("online", () => stream.hurry());
  document.addEventListener("visibilitychange", () => document.hidden || stream.hurry());
}

/** A fault takes the page's place only while there is nothing else to show. */
async function load(parts: PageParts, page: Page): Promise<void> {
  try {
    await parts.load();
    document.body.dataset.loaded = "true";
    delete document.body.dataset.failed;
  } catch (fault) {
    if (document.body.dataset.loaded) return;
    document.body.dataset.failed = "true";
    const status = fault instanceof RequestFault ? fault.status : 0;
    // Who is signed in no longer gets the form to sign in by from the server.
    const again = () => (status === 401 ? location.reload() : void page.load());
    showFault(find(".content"), faultTitle(status), sentence(faultOf(fault)), again);
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
