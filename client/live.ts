/** One event stream for whatever topics are wanted at the moment: more may be wanted later, and nothing is missed by that. */
import { EventStream, type LiveReading, type StreamListener } from "./event-stream.ts";
import { takeSnapshot } from "./snapshot.ts";
import { covers } from "./topics.ts";

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
  #filters: readonly string[] = [];
  #stream: EventStream | null = null;
  #isOpen = false;

  constructor(base: string, browser: string, listener: StreamListener) {
    this.browser = browser;
    this.#base = base;
    this.#listener = listener;
  }

  get lastId(): string {
    return this.#stream?.lastId ?? "";
  }

  want(filters: readonly string[], added: readonly string[]): void {
    const isNew = !covers(this.#filters, filters);
    const resumes = this.lastId !== "";
    if (isNew) this.#reopen(filters);
    // A stream that does not resume begins with all current values.
    if (!isNew || resumes) void tellCurrent(this.#base, added, (reading) => this.#listener.reading(reading));
  }

  #reopen(filters: readonly string[]): void {
    const after = this.lastId;
    this.#stream?.close();
    this.#filters = filters;
    this.#stream = new EventStream(this.#base, filters, this.#listener, { browser: this.browser, after });
    if (this.#isOpen) this.#stream.open();
  }

  open(): void {
    this.#isOpen = true;
    this.#stream?.open();
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
