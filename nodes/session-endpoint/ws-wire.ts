/** A WebSocket as a wire: one message in each frame, text or binary. */
import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import { keepAlive } from "./tcp-wire.ts";
import type { Wire, WireListener } from "./wire.ts";

const NORMAL = 1000;
/** What a close frame has room for. */
const MAX_REASON_BYTES = 123;

const DROPS: Readonly<Record<string, "too-long" | "utf8">> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: "too-long",
  WS_ERR_INVALID_UTF8: "utf8",
};

/** `carrier` is the socket below. */
export function wsWire(socket: WebSocket, carrier: Socket, listener: WireListener): Wire {
  let reason = "peer";
  socket.on("error", (fault: NodeJS.ErrnoException) => {
    const drop = DROPS[fault.code ?? ""];
    if (drop) listener.dropped(drop);
    reason = drop ?? fault.code ?? fault.message;
  });
  socket.on("message", (data: RawData, isBinary) => listener.received(isBinary ? (data as Buffer) : data.toString()));
  socket.on("ping", () => listener.heard());
  socket.on("pong", () => listener.heard());
  socket.on("close", () => listener.closed(reason));
  return new WsWire(socket, carrier);
}

class WsWire implements Wire {
  readonly connection = "";
  readonly #socket: WebSocket;
  readonly #carrier: Socket;

  constructor(socket: WebSocket, carrier: Socket) {
    this.#socket = socket;
    this.#carrier = carrier;
  }

  isFlushed(): boolean {
    return this.#socket.bufferedAmount === 0;
  }

  write(items: readonly Outgoing[], taken: () => void): void {
    this.#carrier.cork();
    for (const item of items) this.#socket.send(item.data, item === items.at(-1) ? taken : undefined);
    this.#carrier.uncork();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  watch(keepAliveMs: number): void {
    keepAlive(this.#carrier, keepAliveMs);
  }

  ping(): void {
    this.#socket.ping();
  }

  end(words: string): void {
    this.#socket.close(NORMAL, cut(words));
  }

  destroy(): void {
    this.#socket.terminate();
  }
}

function cut(words: string): string {
  let text = words;
  while (Buffer.byteLength(text) > MAX_REASON_BYTES) text = text.slice(0, -1);
  return text;
}
