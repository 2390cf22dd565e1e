/** The main thread's end of the file backend's worker: one transaction at a time, and an end in bounded time. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { BackendError } from "./backend.ts";
import directory from "./directory.cjs";
import { buffersOf, type FromWorker, type ToWorker, type Transaction } from "./file-messages.ts";
import type { WorkerOptions } from "./file-worker.ts";

/** Leaves some of the three seconds that a node has for its close. */
const CLOSE_MS = 2500;

type Loading = Extract<FromWorker, { type: "loaded" | "rows" }>;

export class FileConnection {
  readonly #worker: Worker;
  #answer: ((error: string | null) => void) | null = null;
  #ended: string | null = null;
  #isClosing = false;
  /** Called when the worker ends by itself. */
  onEnded: (reason: string) => void = () => {};
  readonly #exit: Promise<void>;
  #lateness: Promise<void> | null = null;
  #lateTimer: NodeJS.Timeout | undefined;

  constructor(options: WorkerOptions) {
    // Flags of the process are not for the worker: some refuse a file.
    this.#worker = new Worker(workerPath(), { workerData: options, execArgv: [] });
    this.#exit = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.on("error", (error) => this.#end(error.message));
    this.#worker.on("exit", () => this.#end("it was stopped"));
    this.#worker.on("message", (message: FromWorker) => {
      if (message.type === "committed") this.#settle(message.error);
    });
  }

  /** Hands out what is loaded; rejects with BackendError where the database cannot be opened. */
  load(take: (message: Loading) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on("message", (message: FromWorker) => {
        if (message.type === "failed") reject(new BackendError(message.code, message.message));
        else if (message.type === "ready") resolve();
        else if (message.type === "loaded" || message.type === "rows") take(message);
      });
      this.#worker.once("error", (error) => reject(new BackendError("unwritable", error.message)));
      this.#worker.once("exit", () => reject(new BackendError("unwritable", "the store's worker ended")));
    });
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** What went wrong, or null. */
  commit(transaction: Transaction): Promise<string | null> {
    if (this.#ended !== null) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#worker.postMessage(transaction, buffersOf(transaction.rows));
    });
  }

  #settle(error: string | null): void {
    this.#answer?.(error);
    this.#answer = null;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = `the store's worker ended: ${reason}`;
    this.#settle(this.#ended);
    if (!this.#isClosing) this.onEnded(this.#ended);
  }

  /** Resolves when a close has taken too long. */
  lateness(): Promise<void> {
    this.#lateness ??= new Promise((resolve) => {
      this.#lateTimer = setTimeout(resolve, CLOSE_MS);
    });
    return this.#lateness;
  }

  /** Null where something could not be written, so that the next life counts this end as unclean. */
  async close(sequence: number | null): Promise<void> {
    this.#isClosing = true;
    if (this.#ended === null) this.post({ type: "close", sequence });
    await Promise.race([this.#exit, this.lateness()]);
    clearTimeout(this.#lateTimer);
    await this.#worker.terminate();
  }
}

/** Beside this file, as source or as built. */
function workerPath(): string {
  const built = join(directory, "file-worker.js");
  return existsSync(built) ? built : join(directory, "file-worker.ts");
}
