/**
 * A subscription to topics of the hub that lasts: it reconnects by itself and resumes behind the last event it had.
 * It reads the stream with fetch: EventSource shows neither keep-alive comments, nor blocks that carry an id alone,
 * nor the text of a refusal, so it could not tell a quiet topic from a dead connection.
 */
import type { Outcome } from "../lib/commands/command.ts";
import { EventParser, eventsIn, fetchEvents, type ServerEvent } from "./event-parser.ts";
import { isOutcome, isReading, type LiveReading, parseObject } from "./events.ts";
import { faultOf, textOfFault } from "./fault.ts";
import { streamUrl } from "./paths.ts";
import { StallGuard } from "./stall-guard.ts";

export type { LiveReading } from "./events.ts";

export interface StreamState {
  readonly name: "connecting" | "live" | "reconnecting" | "refused";
  /** When the present state began; while reconnecting, when the stream was lost. */
  readonly since: number;
  readonly message: string;
}

export interface StreamListener {
  reading(reading: LiveReading): void;
  /** The server no longer has all that came meanwhile. */
  gap(): void;
  state(state: StreamState): void;
  /** Of commands that the browser of the stream's name has sent. */
  outcome?(outcome: Outcome): void;
}

export interface StreamOptions {
  /** The hub writes at least every 15 s; silence of this length means that the connection is dead. */
  readonly stallMs?: number;
  readonly firstRetryMs?: number;
  /** As the page names itself for its commands. */
  readonly browser?: string;
  /** Event id after which to begin; without it the current values come first. */
  readonly after?: string;
  /** Paths of the pages that it is for, where it is for several. */
  readonly views?: readonly string[];
}

const STALL_MS = 40_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** A stream that ends sooner is another attempt: what ended it may end the next one too. */
const STEADY_MS = 3000;

/** Doubles with every attempt up to a limit; the upper half is random, so that browsers do not return all at once. */
export function retryDelayMs(attempt: number, random: number, firstMs = FIRST_RETRY_MS): number {
  const full = Math.min(LONGEST_RETRY_MS, firstMs * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}

export class EventStream {
  readonly #base: string;
  readonly #topics: readonly string[];
  readonly #listener: StreamListener;
  readonly #options: Required<StreamOptions>;
  #lastId = "";
  #attempt = 0;
  /** Of the run between `open` and `close`; a closed one may still be ending while the next has begun. */
  #run: AbortController | null = null;
  #state: StreamState = { name: "connecting", since: Date.now(), message: "" };
  #wake: () => void = () => {};
  /** Events that were not understood. */
  malformed = 0;

  constructor(base: string, topics: readonly string[], listener: StreamListener, options: StreamOptions = {}) {
    this.#base = base;
    this.#topics = topics;
    this.#listener = listener;
    this.#options = {
      stallMs: STALL_MS,
      firstRetryMs: FIRST_RETRY_MS,
      browser: "",
      after: "",
      views: [],
      ...options,
    };
    this.#lastId = this.#options.after;
  }

  /** Of the last event that was delivered; empty before the first. */
  get lastId(): string {
    return this.#lastId;
  }

  open(): void {
    if (this.#run) return;
    this.#run = new AbortController();
    void this.#keepOpen(this.#run.signal);
  }

  /** `open` resumes where this left off. */
  close(): void {
    this.#run?.abort();
    this.#run = null;
    this.#wake();
  }

  /** Tries at once where it was waiting: the network or the page is back. */
  hurry(): void {
    this.#attempt = 0;
    this.#wake();
  }

  async #keepOpen(closed: AbortSignal): Promise<void> {
    this.#enter("connecting", "");
    while (!closed.aborted) {
      const fault = await this.#connect(closed).catch(faultOf);
      if (closed.aborted) return;
      if (fault !== null) this.#enter("reconnecting", fault);
      await this.#pause(retryDelayMs(this.#attempt++, Math.random(), this.#options.firstRetryMs));
    }
  }

  /** How the connection was lost; null where the server refused it. */
  async #connect(closed: AbortSignal): Promise<string | null> {
    const stalled = new AbortController();
    const signal = AbortSignal.any([closed, stalled.signal]);
    const guard = new StallGuard(this.#options.stallMs, stalled);
    try {
      const url = streamUrl(this.#base, this.#topics, this.#lastId, this.#options.browser, this.#options.views);
      const response = await fetchEvents(url, signal);
      if (!isStream(response)) return this.#refused(response.status, await textOfFault(response));
      this.#enter("live", "");
      await this.#read(response.body!, guard);
      return "the server ended the stream";
    } finally {
      guard.stop();
      stalled.abort();
    }
  }

  async #read(body: ReadableStream<Uint8Array>, guard: StallGuard): Promise<void> {
    const parser = new EventParser(this.#lastId);
    const began = Date.now();
    for await (const events of eventsIn(body, parser)) {
      guard.restart();
      if (Date.now() - began > STEADY_MS) this.#attempt = 0;
      for (const event of events) this.#deliver(event);
      this.#lastId = parser.lastId;
    }
  }

  #deliver(event: ServerEvent): void {
    const data = parseObject(event.data);
    if (event.type === "gap") this.#listener.gap();
    else if (event.type === "outcome" && isOutcome(data)) this.#listener.outcome?.(data);
    else if (event.type === "message" && isReading(data)) this.#listener.reading(data);
    else if (event.type === "message") this.malformed++;
  }

  /** An answer that will not change by asking again soon: who is refused asks seldom. */
  #refused(status: number, message: string): string | null {
    if (status >= 500 || status === 429) return message;
    this.#attempt = 10;
    this.#enter("refused", message);
    return null;
  }

  /** A failed attempt to reconnect does not move the time of the loss. */
  #enter(name: StreamState["name"], message: string): void {
    const since = this.#state.name === name ? this.#state.since : Date.now();
    this.#state = { name, since, message };
    this.#listener.state(this.#state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isStream(response: Response): boolean {
  const type = response.headers.get("content-type") ?? "";
  return response.status === 200 && response.body !== null && type.startsWith("text/event-stream");
}
