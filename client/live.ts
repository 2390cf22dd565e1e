/** One event stream for whatever topics are wanted at the moment: more may be wanted later, and nothing is missed by that. */
import { EventStream, type LiveReading, type StreamListener } from "./event-stream.ts";
import { takeSnapshot } from "./snapshot.ts";
import { covers, foldFilters } from "./topics.ts";

/** More are not told of. */
const MOST_VIEWS = 16;

/** What the page needs of its connection, whoever holds it. */
export interface Live {
  /** As commands are sent, so that their outcomes come back. */
  readonly browser: string;
  /** All that is wanted from now on; `added` are wanted anew, and their current values come first. */
  want(filters: readonly string[], added: readonly string[]): void;
  open(): void;
  close(): void;
  hurry(): void;
}

/** A stream of this page's own. */
export class OwnLive implements Live {
  readonly browser: string;
  readonly #base: string;
  readonly #listener: StreamListener;
  readonly #after: string;
  #filters: readonly string[] = [];
  #views = "";
  #stream: EventStream | null = null;
  #isOpen = false;

  /** `after` is the event behind which it begins; without it current values come first. */
  constructor(base: string, browser: string, listener: StreamListener, after = "") {
    this.#after = after;
    this.browser = browser;
    this.#base = base;
    this.#listener = listener;
  }

  get lastId(): string {
    return this.#stream?.lastId ?? this.#after;
  }

  /** The hub is told of the pages that look, so that it can tell who views what. */
  want(filters: readonly string[], added: readonly string[], pages: readonly string[] = []): void {
    const views = [...new Set(pages)].sort().slice(0, MOST_VIEWS);
    const isNew = !covers(this.#filters, filters) || views.join() !== this.#views;
    const resumes = this.lastId !== "";
    if (isNew) this.#reopen(foldFilters(filters), views);
    // A stream that does not resume begins with all current values.
    if (!isNew || resumes) void tellCurrent(this.#base, added, (reading) => this.#listener.reading(reading));
  }

  #reopen(filters: readonly string[], views: readonly string[]): void {
    const after = this.lastId;
    this.#stream?.close();
    this.#filters = filters;
    this.#views = views.join();
    this.#stream = new EventStream(this.#base, filters, this.#listener, { browser: this.browser, after, views });
    if (this.#isOpen) this.#openStream();
  }

  open(): void {
    this.#isOpen = true;
    this.#openStream();
  }

  /** The hub refuses a stream of nothing. */
  #openStream(): void {
    if (this.#filters.length > 0) this.#stream?.open();
  }

  close(): void {
    this.#isOpen = false;
    this.#stream?.close();
  }

  hurry(): void {
    this.#stream?.hurry();
  }
}

const AGAIN_MS = 3_000;
const ATTEMPTS = 20;

/** Asks for current values until they come: the server may be away for a moment. */
export async function tellCurrent(
  base: string,
  filters: readonly string[],
  tell: (reading: LiveReading) => void,
): Promise<void> {
  for (let attempt = 0; filters.length > 0 && attempt < ATTEMPTS; attempt++) {
    try {
      return await takeSnapshot(base, filters, tell);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
