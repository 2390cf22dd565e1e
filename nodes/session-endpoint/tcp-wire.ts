/** A TCP or TLS connection as a wire. */
import type { Socket } from "node:net";
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import { connectionKey } from "../../lib/sessions/tcp-table.ts";
import { plainAddress, type Wire, type WireListener } from "./wire.ts";

const PROBES = 4;
const LEAST_PROBE_MS = 1000;

/** What `closed` says of an error; the kernel's own probes end in ETIMEDOUT. */
const REASONS: Readonly<Record<string, string>> = { ETIMEDOUT: "silent", EPIPE: "peer" };

/** A class: a connection that lives for one request should not begin with a dozen closures (bench `gateway-api`). */
class TcpWire implements Wire {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get connection(): string {
    const { localPort, remoteAddress, remotePort } = this.#socket;
    return connectionKey(localPort ?? 0, plainAddress(remoteAddress), remotePort ?? 0);
  }

  isFlushed(): boolean {
    return this.#socket.writableLength === 0;
  }

  write(items: readonly Outgoing[], taken: () => void): void {
    this.#socket.write(joined(items), taken);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  ping(): void {}

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

export function tcpWire(socket: Socket, listener: WireListener): Wire {
  let reason = "peer";
  socket.on("error", (fault: NodeJS.ErrnoException) => {
    reason = REASONS[fault.code ?? ""] ?? fault.code ?? fault.message;
  });
  socket.on("data", (chunk: Buffer) => listener.received(chunk));
  socket.on("end", () => listener.ended());
  socket.on("close", () => listener.closed(reason));
  return new TcpWire(socket);
}

/** Text stays text, which costs less to join and to write. */
function joined(items: readonly Outgoing[]): string | Buffer {
  if (items.length === 1) return items[0]!.data;
  const parts = items.map(({ data }) => data);
  if (parts.every((part) => typeof part === "string")) return parts.join("");
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}

/**
 * Lets the kernel find a peer that is gone: the first probe after `keepAliveMs`, the last answer due after twice that.
 * Node 20 takes no interval: there it is ten probes, a second apart.
 */
export function keepAlive(socket: Socket, keepAliveMs: number): void {
  const probe = socket.setKeepAlive as (on: boolean, delayMs: number, everyMs: number, count: number) => Socket;
  probe.call(socket, true, keepAliveMs, Math.max(LEAST_PROBE_MS, keepAliveMs / PROBES), PROBES);
}
