/** Writes text to a stream's socket no faster than it is taken. */
import type { StreamSocket } from "./stream-socket.ts";

/** The browser has gone. */
export class StreamClosed extends Error {}

export class PacedWriter {
  readonly #socket: StreamSocket;
  readonly #progress: () => void;
  #corked = false;

  /** `progress` is called whenever the socket has taken what it was given. */
  constructor(socket: StreamSocket, progress: () => void) {
    this.#socket = socket;
    this.#progress = progress;
  }

  /** Resolves when the socket takes more; rejects with StreamClosed. */
  async write(text: string | Buffer): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) throw new StreamClosed();
    this.#cork();
    if (!socket.write(text)) {
      await new Promise<void>((resolve) => {
        socket.wake = resolve;
      });
      socket.wake = undefined;
      if (socket.destroyed) throw new StreamClosed();
    }
    this.#progress();
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
