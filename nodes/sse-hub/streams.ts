/** The event streams of one hub: admits browsers, brings them up to date, and writes what is published. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Broadcast, type BroadcastCounts, type BroadcastOptions } from "../../lib/sse/broadcast.ts";
import type { Client } from "../../lib/sse/client.ts";
import { retryText, type Told } from "../../lib/sse/event-text.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { readStreamRequest, type StreamRequest } from "../../lib/sse/request.ts";
import type { StoreBackendNode } from "../store-backend.ts";
import { sendError } from "./answers.ts";
import { replay, sendLatest } from "./catch-up.ts";
import { PacedWriter, StreamClosed } from "./paced-writer.ts";
import { Snapshots } from "./snapshots.ts";
import { endStream, holdsSocket, listenerOf, type StreamSocket, takeSocket } from "./stream-socket.ts";

export interface StreamOptions extends Omit<BroadcastOptions, "keepAliveSlots"> {
  readonly maxClients: number;
  readonly keepAliveMs: number;
  /** Shortest time between two writes to a client; 0 writes at the end of each turn of the event loop. */
  readonly tickMs: number;
}

/** Keep-alives of many clients are spread over this many parts of their interval. */
const SLOTS = 15;
/** Browsers come back after this and up to twice this, so that a restart does not meet them all at once. */
const RETRY_MS = 1000;

export class Streams {
  readonly #options: StreamOptions;
  readonly #store: Pick<StoreBackendNode, "open">;
  readonly #changed: () => void;
  readonly #broadcast: Broadcast;
  readonly #snapshots = new Snapshots();
  readonly #keepAlive: NodeJS.Timeout;
  #tick: NodeJS.Immediate | NodeJS.Timeout | undefined;
  #refused = 0;
  #unreplayed = 0;
  #closed = false;
  #emptied: () => void = () => {};

  /** `changed` is called when a client comes, goes or is dropped. */
  constructor(options: StreamOptions, store: Pick<StoreBackendNode, "open">, changed: () => void) {
    this.#options = options;
    this.#store = store;
    this.#changed = changed;
    this.#broadcast = new Broadcast({ ...options, keepAliveSlots: SLOTS }, ({ sink }) => {
      (sink as StreamSocket).destroy();
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

  /** Answers `GET /events`. Resolves when the client follows what comes; a rejection is the caller's to answer. */
  async serve(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lastEventId = request.headers["last-event-id"];
    try {
      const wanted = readStreamRequest(query, typeof lastEventId === "string" ? lastEventId : undefined);
      await this.#admit(wanted, request, response);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      sendError(response, 400, "bad-request", error.message);
    }
  }

  #refuse(response: ServerResponse): void {
    this.#refused++;
    const message = `${this.#options.maxClients} browsers are connected, the most this hub takes.`;
    sendError(response, 503, "full", message, { "Retry-After": "10" });
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
    for (const client of this.#broadcast.all()) (client.sink as StreamSocket).destroy();
  }

  readonly #flush = (): void => {
    this.#tick = undefined;
    this.#broadcast.flush();
  };

  async #admit(wanted: StreamRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      // The store may still be opening; the browser's clock is patient.
      await this.#store.open();
    } catch (error) {
      return sendError(response, 503, "unavailable", `The store is not ready: ${(error as Error).message}`);
    }
    if (this.#closed || !holdsSocket(request, response)) return void request.socket.destroy();
    if (this.#broadcast.clients >= this.#options.maxClients) return this.#refuse(response);
    const socket = takeSocket(request, response);
    const client = this.#attach(socket, wanted.filters);
    const retryMs = Math.round(RETRY_MS * (1 + Math.random()));
    socket.write(retryText(retryMs));
    if (wanted.latest || wanted.after !== null) await this.#bringUp(socket, client, wanted);
    else this.#broadcast.join(client);
  }

  #attach(socket: StreamSocket, filters: readonly string[]): Client {
    const client = this.#broadcast.open(socket, filters);
    socket.client = client;
    socket.on("drain", this.#drained);
    socket.on("close", this.#left);
    this.#changed();
    return client;
  }

  /** One function for all sockets, which are `this` to it: an idle client holds no closures. */
  readonly #drained = listenerOf((socket) => {
    this.#broadcast.drained(socket.client!);
    socket.wake?.();
  });

  readonly #left = listenerOf((socket) => {
    this.#broadcast.close(socket.client!);
    socket.wake?.();
    this.#changed();
    if (this.#broadcast.clients === 0) this.#emptied();
  });

  async #bringUp(socket: StreamSocket, client: Client, { filters, after }: StreamRequest): Promise<void> {
    const abort = new AbortController();
    const stop = () => abort.abort();
    socket.once("close", stop);
    try {
      const backend = await this.#store.open();
      const writer = new PacedWriter(socket, () => this.#broadcast.drained(client));
      const write = (text: string | Buffer) => writer.write(text);
      const job = { backend, broadcast: this.#broadcast, filters, signal: abort.signal, write };
      const sequence = after === null ? await sendLatest(job, this.#snapshots) : await replay(job, after);
      if (!socket.destroyed) this.#broadcast.join(client, sequence);
    } catch (error) {
      // The store failed or is closing: the browser comes back and resumes.
      if (!(error instanceof StreamClosed) && !abort.signal.aborted) this.#unreplayed++;
      socket.destroy();
    } finally {
      socket.off("close", stop);
    }
  }
}
