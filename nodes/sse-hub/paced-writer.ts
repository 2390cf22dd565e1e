/** Writes text to a stream's socket no faster than it is taken. */
import type { StreamSink, StreamSocket } from "./stream-socket.ts";

/** The browser has gone, or wants something else. */
export class StreamClosed extends Error {}

export class PacedWriter {
  readonly #socket: StreamSocket;
  readonly #sink: StreamSink;
  readonly #signal: AbortSignal;
  readonly #progress: () => void;
  #corked = false;

  /** `progress` is called whenever the socket has taken what it was given. */
  constructor(socket: StreamSocket, sink: StreamSink, signal: AbortSignal, progress: () => void) {
    this.#socket = socket;
    this.#sink = sink;
    this.#signal = signal;
    this.#progress = progress;
  }

  /** Resolves when the socket takes more; rejects with StreamClosed. */
  async write(text: string | Buffer): Promise<void> {
    const socket = this.#socket;
    this.#checkOpen();
    this.#cork();
    if (!this.#sink.write(text)) {
      await new Promise<void>((resolve) => {
        socket.wake = resolve;
      });
      socket.wake = undefined;
      this.#checkOpen();
    }
    this.#progress();
  }

  #checkOpen(): void {
    if (this.#socket.destroyed || this.#signal.aborted) throw new StreamClosed();
  }

  /** Short texts of one turn of the event loop leave in one system call. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#corked = false;
      this.#socket.uncork();
    });
  }
}
