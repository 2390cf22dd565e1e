/** Writes the events of a stream to a WebSocket. */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { framesOf } from "../../lib/sse/frames.ts";
import type { StreamSink } from "./stream-socket.ts";

/** RFC 6455 has no code for it, the registry has: the server restarts, come back. */
const RESTART = 1012;

/**
 * Frames go to the raw socket as they are: those of one tick are the same bytes for every browser, and are made once.
 * Between them `ws` writes its own, whole ones too.
 */
export class FrameSink implements StreamSink {
  readonly #peer: WebSocket;
  readonly #socket: Socket;

  constructor(peer: WebSocket, socket: Socket) {
    this.#peer = peer;
    this.#socket = socket;
  }

  get writableNeedDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  get writableLength(): number {
    return this.#socket.writableLength;
  }

  /** Behind the frame that closes it nothing may follow. */
  write(chunk: Uint8Array | string): boolean {
    if (this.#peer.readyState !== this.#peer.OPEN) return true;
    const frames = framesOf(chunk);
    return frames.length === 0 ? !this.#socket.writableNeedDrain : this.#socket.write(frames);
  }

  destroySoon(): void {
    this.#peer.close(RESTART);
  }

  destroy(): void {
    this.#peer.terminate();
  }
}
