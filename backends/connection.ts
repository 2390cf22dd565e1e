/** Opens a backend, tries again what may pass, and tells its listeners how it stands. */
import { type Backend, BackendError, type Condition } from "./backend.ts";
import { closeBackend } from "./parking.ts";

export type BackendState = {
  readonly name: "opening" | "ready" | "failed";
  readonly detail: string;
  /** Why a store that is ready keeps readings in memory only; absent while the disk takes them. */
  readonly unsaved?: string;
};
export type BackendListener = (state: BackendState) => void;

/** Faults that may pass by themselves: another process still holds the database, or the disk is full. */
const PASSING: ReadonlySet<string> = new Set(["owned", "unwritable"]);
const RETRY_MS = 5000;

export class BackendConnection {
  /** Set while ready. */
  backend: Backend | null = null;
  /** The attempt under way or the last one, for whoever keeps the backend over a redeploy. */
  opening: Promise<Backend> | null = null;
  readonly #listeners = new Set<BackendListener>();
  /** The store's newest entry when it became ready. */
  #beginning: string | null = null;
  #settled = false;
  readonly #report: (fault: string) => void;
  readonly #gaveUp: (readings: number) => void;
  readonly #retryMs: number;
  #state: BackendState = { name: "opening", detail: "" };
  #fault: Error | null = null;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #openedAt = 0;

  /**
   * `report` is called once for a fault, however often it is met again; `gaveUp` with how many readings a backend that
   * had to be replaced never brought to disk.
   */
  constructor(report: (fault: string) => void, gaveUp: (readings: number) => void = () => {}, retryMs = RETRY_MS) {
    this.#report = report;
    this.#gaveUp = gaveUp;
    this.#retryMs = retryMs;
  }

  async start(open: () => Promise<Backend>): Promise<void> {
    this.opening = open();
    try {
      const backend = await this.opening;
      if (this.#closed) return;
      this.#become(backend, open);
    } catch (error) {
      this.opening = null;
      if (this.#closed) return;
      this.fail(error as Error);
      if (!(error instanceof BackendError && PASSING.has(error.code))) return;
      this.#retry = setTimeout(() => void this.start(open), this.#retryMs);
    }
  }

  #become(backend: Backend, open: () => Promise<Backend>): void {
    this.backend = backend;
    this.#fault = null;
    this.#openedAt = performance.now();
    this.#beginning = backend.head();
    backend.observe((condition) => this.#heed(backend, condition, open));
    if (this.#settled) this.#beginning = null;
  }

  #heed(backend: Backend, { name, detail }: Condition, open: () => Promise<Backend>): void {
    if (this.backend !== backend) return;
    if (name === "ended") void this.#replace(backend, detail, open);
    else this.#show({ name: "ready", detail: backend.kind, ...(name === "unsaved" && { unsaved: detail }) });
  }

  /** At once where the one that ended had worked for a while. */
  async #replace(backend: Backend, detail: string, open: () => Promise<Backend>): Promise<void> {
    const delay = performance.now() - this.#openedAt < this.#retryMs ? this.#retryMs : 0;
    this.backend = null;
    this.opening = null;
    this.fail(new BackendError("ended", detail));
    try {
      this.#gaveUp(await closeBackend(Promise.resolve(backend)));
    } catch (error) {
      this.#report((error as Error).message);
    }
    if (!this.#closed) this.#retry = setTimeout(() => void this.start(open), delay);
  }

  /**
   * After which cursor to begin for whoever begins now; null while the store is not ready. One listener may store what
   * it has kept before another hears that the store is ready: all of them begin where the store stood before that.
   */
  get beginning(): string | null {
    return this.backend && (this.#beginning ?? this.backend.head());
  }

  /** Everyone who begins with the store is there: who comes later begins with what is stored then. */
  settle(): void {
    this.#settled = true;
    this.#beginning = null;
  }

  fail(fault: Error): void {
    const known = this.#fault?.message === fault.message;
    this.#fault = fault;
    if (!known) this.#report(fault.message);
    this.#show({ name: "failed", detail: fault.message });
  }

  #show(state: BackendState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  subscribe(listener: BackendListener): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => void this.#listeners.delete(listener);
  }

  /** Waits while opening; rejects with the fault. */
  open(): Promise<Backend> {
    if (this.backend) return Promise.resolve(this.backend);
    if (this.#fault) return Promise.reject(this.#fault);
    if (this.#closed) return Promise.reject(new BackendError("closed", "the store is closed"));
    return new Promise((resolve, reject) => {
      const listener = () => {
        this.#listeners.delete(listener);
        if (this.backend) resolve(this.backend);
        else reject(this.#fault ?? new BackendError("closed", "the store is closed"));
      };
      this.#listeners.add(listener);
    });
  }

  /** Idempotent. Gives the open or opening backend, which is the caller's to park or to close. */
  close(): Promise<Backend> | null {
    const { opening } = this;
    this.#closed = true;
    clearTimeout(this.#retry);
    this.backend = null;
    this.opening = null;
    this.#show({ name: "opening", detail: "" });
    this.#listeners.clear();
    return opening;
  }
}
