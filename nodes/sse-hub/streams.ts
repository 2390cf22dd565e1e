/** The browsers that follow one hub: brings them up to date, and writes what is published. */
import { Broadcast } from "../../lib/sse/broadcast.ts";
import type { BroadcastCounts } from "../../lib/sse/broadcast-counts.ts";
import { READINGS } from "../../lib/sse/event-form.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { type Browser, Browsers } from "./browsers.ts";
import { replay, sendLatest } from "./catch-up.ts";
import { PacedWriter, StreamClosed } from "./paced-writer.ts";
import { Snapshots } from "./snapshots.ts";
import type { StreamOptions, StreamRefusal, Wanted } from "./stream-options.ts";
import { endStream, listenerOf, type StreamSink, type StreamSocket } from "./stream-socket.ts";

/** Keep-alives of many clients are spread over this many parts of their interval. */
const SLOTS = 15;

export class Streams {
  readonly browsers: Browsers;
  readonly #options: StreamOptions;
  readonly #store: Pick<StoreBackendNode, "open">;
  readonly #changed: () => void;
  readonly #broadcast: Broadcast;
  readonly #snapshots: Snapshots;
  readonly #keepAlive: NodeJS.Timeout;
  #tick: NodeJS.Immediate | NodeJS.Timeout | undefined;
  #refused = 0;
  #unreplayed = 0;
  #closed = false;
  #emptied: () => void = () => {};

  /** `changed` is called when a client comes, goes or is dropped. */
  constructor(
    options: StreamOptions,
    store: Pick<StoreBackendNode, "open">,
    changed: () => void,
    browsers = new Browsers(),
    snapshots = new Snapshots(),
  ) {
    this.browsers = browsers;
    this.#snapshots = snapshots;
    this.#options = options;
    this.#store = store;
    this.#changed = changed;
    this.#broadcast = new Broadcast({ ...options, keepAliveSlots: SLOTS }, ({ sink }) => {
      const { browser } = sink as StreamSink;
      if (browser) this.browsers.cutOff(browser);
      (sink as StreamSink).destroy();
      changed();
    });
    this.#keepAlive = setInterval(() => this.#broadcast.keepAlive(), options.keepAliveMs / SLOTS);
  }

  get clients(): number {
    return this.#broadcast.clients;
  }

  get dropped(): number {
    return this.#broadcast.dropped;
  }

  counts(): BroadcastCounts & { full: number; unreplayed: number } {
    return { ...this.#broadcast.counts(), full: this.#refused, unreplayed: this.#unreplayed };
  }

  /** Names the store whose cursors are event ids. */
  follow(epoch: string, sequence: number): void {
    this.#broadcast.follow(epoch, sequence);
  }

  /** What was stored since the last event may never have been told: browsers come back, and resume from the store. */
  interrupt(epoch: string, sequence: number): void {
    this.#broadcast.flush();
    for (const client of this.#broadcast.all()) {
      this.#broadcast.close(client);
      endStream(client);
    }
    this.#broadcast.follow(epoch, sequence, true);
  }

  publish(told: Told, delivery: DeliveryClass): void {
    if (!this.#broadcast.publish(told, delivery) || this.#tick) return;
    const { tickMs } = this.#options;
    this.#tick = tickMs > 0 ? setTimeout(this.#flush, tickMs) : setImmediate(this.#flush);
  }

  /** Null where one more may come; else why not. Waits for a store that is still opening: the browser's clock is patient. */
  async refusal(): Promise<StreamRefusal | null> {
    try {
      await this.#store.open();
    } catch (error) {
      return { error: "unavailable", message: `The store is not ready: ${(error as Error).message}` };
    }
    if (this.#closed) return { error: "closed", message: "The hub is closing." };
    if (this.#broadcast.clients < this.#options.maxClients) return null;
    this.#refused++;
    const message = `${this.#options.maxClients} browsers are connected, the most this hub takes.`;
    return { error: "full", message };
  }

  /** Ends all streams: at once where a client lags, else after what was written has left. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#tick as NodeJS.Timeout | undefined);
    clearImmediate(this.#tick as NodeJS.Immediate | undefined);
    this.#broadcast.flush();
    for (const client of this.#broadcast.all()) endStream(client);
    await this.#whenEmpty(withinMs);
  }

  async #whenEmpty(withinMs: number): Promise<void> {
    if (this.#broadcast.clients === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#emptied = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const client of this.#broadcast.all()) (client.sink as StreamSink).destroy();
  }

  readonly #flush = (): void => {
    this.#tick = undefined;
    this.#broadcast.flush();
  };

  /** Serves a browser on its socket, by the sink that writes there; it follows nothing yet. */
  attach(socket: StreamSocket, sink: StreamSink, filters: readonly string[], browser: Browser, form = READINGS): void {
    socket.client = this.#broadcast.open(sink, filters, form);
    socket.browser = browser;
    // Those who ask for the same share one list.
    browser.topics = socket.client.group.filters;
    sink.browser = browser;
    socket.on("drain", this.#drained);
    socket.on("close", this.#left);
    this.#changed();
    this.browsers.connect(browser);
  }

  /** Other topics for a browser that is attached. */
  refilter(socket: StreamSocket, sink: StreamSink, filters: readonly string[]): void {
    this.#broadcast.close(socket.client!);
    socket.client = this.#broadcast.open(sink, filters);
    this.browsers.view(socket.browser!, filters);
  }

  /** An event for one browser alone. */
  tell({ client }: StreamSocket, text: string): void {
    if (client && client.index >= 0) this.#broadcast.tell(client, Buffer.from(text));
  }

  /** Lets an attached browser follow: from now on, or after what it wants first. */
  async start(socket: StreamSocket, sink: StreamSink, wanted: Wanted): Promise<void> {
    socket.bringUp?.abort();
    socket.wake?.();
    if (wanted.latest || wanted.after !== null) await this.#bringUp(socket, sink, wanted);
    else this.#broadcast.join(socket.client!);
  }

  /** One function for all sockets, which are `this` to it: an idle client holds no closures. */
  readonly #drained = listenerOf((socket) => {
    this.#broadcast.drained(socket.client!);
    socket.wake?.();
  });

  readonly #left = listenerOf((socket) => {
    this.#broadcast.close(socket.client!);
    socket.bringUp?.abort();
    socket.wake?.();
    this.browsers.leave(socket.browser!);
    this.#changed();
    if (this.#broadcast.clients === 0) this.#emptied();
  });

  async #bringUp(socket: StreamSocket, sink: StreamSink, { after }: Wanted): Promise<void> {
    const client = socket.client!;
    const { filters, form } = client.group;
    const abort = new AbortController();
    const { signal } = abort;
    socket.bringUp = abort;
    try {
      const backend = await this.#store.open();
      const writer = new PacedWriter(socket, sink, signal, () => this.#broadcast.drained(client));
      const write = (text: string | Buffer) => writer.write(text);
      const job = { backend, broadcast: this.#broadcast, filters, form, signal, write };
      for (const told of this.#snapshots.retained.select(filters)) await writer.write(form.text(told));
      const sequence = after === null ? await sendLatest(job, this.#snapshots) : await replay(job, after);
      if (!socket.destroyed && !signal.aborted) this.#broadcast.join(client, sequence);
    } catch (error) {
      if (signal.aborted) return;
      // The store failed or is closing: the browser comes back and resumes.
      if (!(error instanceof StreamClosed)) this.#unreplayed++;
      socket.destroy();
    } finally {
      if (socket.bringUp === abort) socket.bringUp = undefined;
    }
  }
}
