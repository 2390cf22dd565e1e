/** Connections over WebSocket, in browsers and in Node. */
import type { Link, LinkListener, Transport } from "./link.ts";

/** What is used of a WebSocket: a browser's has it, and that of `ws`. */
export interface Socket {
  binaryType: string;
  send(content: Uint8Array | string): void;
  close(): void;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
}

export type SocketClass = new (url: string) => Socket;

const ENCODER = new TextEncoder();

export function webSocketTransport(url: string, WebSocket: SocketClass): Transport {
  return { isFramed: true, open: (listener) => openWebSocket(new WebSocket(url), listener) };
}

function openWebSocket(socket: Socket, listener: LinkListener): Link {
  socket.binaryType = "arraybuffer";
  let isOpen = false;
  socket.addEventListener("open", () => {
    isOpen = true;
    listener.opened();
  });
  socket.addEventListener("message", ({ data }) => listener.received(bytesOfFrame(data)));
  // Its text would be empty in a browser; `close` follows.
  socket.addEventListener("error", () => {});
  socket.addEventListener("close", () => listener.closed(isOpen ? null : "the gateway cannot be reached"));
  return { send: (content) => socket.send(content), end() {}, close: () => socket.close() };
}

function bytesOfFrame(data: unknown): Uint8Array {
  return typeof data === "string" ? ENCODER.encode(data) : new Uint8Array(data as ArrayBuffer);
}
