/** A byte link that comes back: opens, tells its users, and tries again for ever after a fault. */
import { Backoff, type BackoffOptions } from "../../lib/backoff.ts";
import type { ByteLink, OpenLink } from "./byte-link.ts";
import { type Driver, drive, now } from "./drive.ts";
import { WriteQueue } from "./write-queue.ts";

export interface LinkState {
  readonly name: "connecting" | "open" | "waiting" | "failed";
  readonly detail: string;
}

export interface LinkUser {
  bytes?(chunk: Buffer): void;
  state?(state: LinkState): void;
}

interface LastingLinkOptions {
  readonly open: OpenLink;
  readonly queueBytes: number;
  readonly backoff?: BackoffOptions;
  /** Said of the open state, such as the device's path. */
  readonly openDetail?: string;
  /** Called once for each change of state, or of what keeps the link waiting. */
  readonly changed?: (state: LinkState) => void;
  /** Called after every end of a link and every failed attempt, when the device is free again. */
  readonly released?: () => void;
}

export class LastingLink {
  readonly queue: WriteQueue;
  readonly counts = { bytesIn: 0, reconnects: 0 };
  readonly #options: LastingLinkOptions;
  readonly #backoff: Backoff;
  readonly #driver: Driver<unknown>;
  readonly #users = new Set<LinkUser>();
  #state: LinkState = { name: "connecting", detail: "" };
  #link: ByteLink | null = null;
  readonly #abort = new AbortController();
  #attempt: Promise<void> = Promise.resolve();
  #stopped = false;
  #wasOpen = false;

  constructor(options: LastingLinkOptions) {
    this.#options = options;
    this.queue = new WriteQueue(options.queueBytes);
    this.#backoff = new Backoff(now(), options.backoff);
    this.#driver = drive(this.#backoff, () => {
      this.#attempt = this.#connect();
    });
  }

  get state(): LinkState {
    return this.#state;
  }

  subscribe(user: LinkUser): () => void {
    this.#users.add(user);
    user.state?.(this.#state);
    return () => void this.#users.delete(user);
  }

  write(bytes: Uint8Array, deadline?: number): Promise<void> {
    return this.queue.write(bytes, deadline);
  }

  /** What the link waits for has appeared. */
  hurry(): void {
    this.#backoff.hurry(now());
    this.#driver.run([]);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#driver.stop();
    this.queue.detach("the port is closed");
    const link = this.#link;
    this.#abort.abort();
    await this.#attempt;
    await link?.close();
    this.#link = null;
    this.#options.released?.();
    this.#users.clear();
  }

  async #connect(): Promise<void> {
    try {
      const listener = {
        bytes: (chunk: Buffer) => this.#receive(chunk),
        closed: (reason: Error) => this.#lost(reason),
      };
      const link = await this.#options.open(listener, this.#abort.signal);
      if (this.#stopped) await link.close();
      else this.#opened(link);
    } catch (error) {
      this.#lost(error as Error);
    }
  }

  #opened(link: ByteLink): void {
    this.#link = link;
    if (this.#wasOpen) this.counts.reconnects++;
    this.#wasOpen = true;
    this.#backoff.opened(now());
    this.queue.attach(link);
    this.#become({ name: "open", detail: this.#options.openDetail ?? "" });
  }

  #receive(chunk: Buffer): void {
    this.counts.bytesIn += chunk.length;
    for (const user of this.#users) user.bytes?.(chunk);
  }

  #lost(reason: Error): void {
    this.#link = null;
    this.#options.released?.();
    if (this.#stopped) return;
    this.queue.detach(reason.message);
    this.#backoff.closed(now());
    this.#driver.run([]);
    this.#become({ name: "waiting", detail: reason.message });
  }

  #become(state: LinkState): void {
    if (state.name === this.#state.name && state.detail === this.#state.detail) return;
    this.#state = state;
    this.#options.changed?.(state);
    for (const user of this.#users) user.state?.(state);
  }
}
