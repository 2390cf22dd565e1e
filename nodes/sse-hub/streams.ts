/** The browsers that follow one hub: brings them up to date, and writes what is published. */
import { Broadcast } from "../../lib/sse/broadcast.ts";
import type { BroadcastCounts } from "../../lib/sse/broadcast-counts.ts";
import { READINGS } from "../../lib/sse/event-form.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import { OwnBroadcast } from "../../lib/sse/own-broadcast.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { inTime } from "../shared/in-time.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { type Browser, Browsers } from "./browsers.ts";
import { bringUp } from "./catch-up.ts";
import { PacedWriter, StreamClosed } from "./paced-writer.ts";
import { ResumeFaults } from "./resume-faults.ts";
import { Snapshots } from "./snapshots.ts";
import type { StreamOptions, StreamRefusal, Wanted } from "./stream-options.ts";
import { endStream, listenerOf, type StreamSink, type StreamSocket } from "./stream-socket.ts";
import { Tick } from "./tick.ts";

/** Keep-alives of many clients are spread over this many parts of their interval. */
const SLOTS = 15;

export class Streams {
  readonly browsers: Browsers;
  readonly #options: StreamOptions;
  readonly #store: Pick<StoreBackendNode, "open">;
  readonly #changed: () => void;
  readonly #broadcast: Broadcast;
  readonly own: OwnBroadcast;
  readonly #snapshots: Snapshots;
  readonly #faults: ResumeFaults;
  readonly #keepAlive: NodeJS.Timeout;
  readonly #tick: Tick;
  #refused = 0;
  #closed = false;
  #emptied: () => void = () => {};

  /** `changed` is called when a client comes, goes or is dropped. */
  constructor(
    options: StreamOptions,
    store: Pick<StoreBackendNode, "open">,
    changed: () => void,
    browsers = new Browsers(),
    snapshots = new Snapshots(),
    faults = new ResumeFaults(() => {}),
  ) {
    this.browsers = browsers;
    this.#snapshots = snapshots;
    this.#faults = faults;
    this.#options = options;
    this.#store = store;
    this.#changed = changed;
    this.#broadcast = new Broadcast({ ...options, keepAliveSlots: SLOTS }, ({ sink }) => {
      const { browser } = sink as StreamSink;
      if (browser) this.browsers.cutOff(browser);
      (sink as StreamSink).destroy();
      changed();
    });
    this.own = new OwnBroadcast(this.#broadcast, options.maxLagBytes);
    this.#tick = new Tick(options.tickMs, () => this.#flush());
    this.#keepAlive = setInterval(() => this.#broadcast.keepAlive(), options.keepAliveMs / SLOTS);
  }

  get clients(): number {
    return this.#broadcast.clients;
  }

  counts(): BroadcastCounts & { full: number; unreplayed: number } {
    return { ...this.#broadcast.counts(), full: this.#refused, unreplayed: this.#faults.count };
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
    if (this.#broadcast.publish(told, delivery)) this.#tick.ask();
  }

  /** For one browser alone, where it asks for the topic. */
  publishTo({ client }: StreamSocket, told: Told, delivery: DeliveryClass): void {
    if (client && this.own.publish(client, told, delivery)) this.#tick.ask();
  }

  /** Null where one more may come; else why not. Waits for a store that is still opening: the browser's clock is patient. */
  async refusal(): Promise<StreamRefusal | null> {
    const fault = await this.#store.open().then(null, (error: Error) => error);
    if (fault instanceof Error) return { error: "unavailable", message: `The store is not ready: ${fault.message}` };
    if (this.#closed) return { error: "closed", message: "The hub is closing." };
    if (this.#broadcast.clients < this.#options.maxClients) return null;
    this.#refused++;
    return { error: "full", message: `${this.#options.maxClients} browsers are connected, the most this hub takes.` };
  }

  /** Ends all streams: at once where a client lags, else after what was written has left. */
  async close(withinMs: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#keepAlive);
    this.#tick.stop();
    this.#flush();
    for (const client of this.#broadcast.all()) endStream(client);
    if (this.#broadcast.clients === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    await inTime(emptied, withinMs, "streams are left").catch(() => {
      for (const client of this.#broadcast.all()) (client.sink as StreamSink).destroy();
    });
  }

  #flush(): void {
    this.#broadcast.flush();
    this.own.flush();
  }

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
    this.own.close(socket.client!);
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
    this.own.drained(socket.client!);
    socket.wake?.();
  });

  readonly #left = listenerOf((socket) => {
    this.#broadcast.close(socket.client!);
    this.own.close(socket.client!);
    socket.bringUp?.abort();
    socket.wake?.();
    this.browsers.leave(socket.browser!);
    this.#changed();
    if (this.#broadcast.clients === 0) this.#emptied();
  });

  async #bringUp(socket: StreamSocket, sink: StreamSink, { after }: Wanted): Promise<void> {
    const client = socket.client!;
    const abort = new AbortController();
    const { signal } = abort;
    socket.bringUp = abort;
    try {
      const backend = await this.#store.open();
      const writer = new PacedWriter(socket, sink, signal, () => this.#broadcast.drained(client));
      const write = (text: string | Buffer) => writer.write(text);
      const job = { backend, broadcast: this.#broadcast, group: client.group, signal, write };
      const sequence = await bringUp(job, this.#snapshots, after);
      if (!socket.destroyed && !signal.aborted) this.#broadcast.join(client, sequence);
    } catch (error) {
      if (signal.aborted) return;
      // The store failed or is closing: the browser comes back and resumes.
      if (!(error instanceof StreamClosed)) this.#faults.add(error as Error);
      socket.destroy();
    } finally {
      if (socket.bringUp === abort) socket.bringUp = undefined;
    }
  }
}
