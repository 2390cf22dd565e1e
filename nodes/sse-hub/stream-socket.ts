/** The raw socket of one event stream, taken over after the response head. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Client, type ClientSink, LIVE } from "../../lib/sse/client.ts";
import { SECURITY_HEADERS } from "./answers.ts";
import type { Browser } from "./browsers.ts";

/** Where the events of a client go: the socket of an event stream itself, or the frames of a WebSocket. */
export interface StreamSink extends ClientSink {
  browser?: Browser;
  write(chunk: Uint8Array | string): boolean;
  /** Ends after what was written has left. */
  destroySoon(): void;
  destroy(): void;
}

export interface StreamSocket extends Socket {
  client?: Client;
  browser?: Browser;
  /** Called when the socket takes more again, or has closed. */
  wake?: (() => void) | undefined;
  /** While its client is being brought up to date. */
  bringUp?: AbortController | undefined;
}

/** A peer that vanished without a word is found by the kernel. */
const PROBE_AFTER_MS = 30_000;

const HEAD: OutgoingHttpHeaders = {
  ...SECURITY_HEADERS,
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-store, no-transform",
  "X-Accel-Buffering": "no",
  Connection: "close",
};

/** False where the socket has gone, or still takes the answer to an earlier request on it (pipelining). */
export function holdsSocket({ socket }: IncomingMessage, response: ServerResponse): boolean {
  return !socket.destroyed && response.socket === socket;
}

/**
 * Sends the head and gives the socket for direct writes. The body is neither chunked nor counted, it ends with the
 * connection: so any part of the ring can be sent as it stands (benchmarks `sse-1000x1`, `sse-1000x10`).
 */
export function takeSocket(request: IncomingMessage, response: ServerResponse): StreamSocket {
  const socket: StreamSocket = request.socket;
  socket.on("error", ignoreError);
  socket.setKeepAlive(true, PROBE_AFTER_MS);
  response.useChunkedEncodingByDefault = false;
  response.removeHeader("X-Powered-By");
  response.writeHead(200, HEAD);
  response.flushHeaders();
  forget(request, response, socket);
  return socket;
}

/** A stream lasts for hours: what Node and Express remember of its request is let go (`sse-idle-kib-per-client`). */
function forget(request: IncomingMessage, response: ServerResponse, socket: StreamSocket): void {
  response.detachSocket(socket);
  request.headers = {};
  request.rawHeaders = [];
  Object.assign(request, { next: undefined, res: undefined });
  Object.assign(response, { req: undefined, locals: undefined });
}

export function isStream(socket: StreamSocket): boolean {
  return socket.client !== undefined;
}

/** At once where the client lags, else after what was written has left. */
export function endStream({ sink, position }: Client): void {
  if (position === LIVE) (sink as StreamSink).destroySoon();
  else (sink as StreamSink).destroy();
}

/** A socket is `this` to its listeners: one function serves all of them. */
export function listenerOf(listen: (socket: StreamSocket) => void): (this: StreamSocket) => void {
  return function onEvent(this: StreamSocket) {
    listen(this);
  };
}

/** `close` follows, and is what counts. */
function ignoreError(): void {}
