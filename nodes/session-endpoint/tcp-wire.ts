/** A TCP or TLS connection as a wire. */
import type { Socket } from "node:net";
import { plainAddress } from "../../lib/ip.ts";
import type { Outgoing } from "../../lib/sessions/send-queue.ts";
import { connectionKey } from "../../lib/sessions/tcp-table.ts";
import type { Wire, WireListener } from "./wire.ts";

const PROBES = 4;
const LEAST_PROBE_MS = 1000;

/** What `closed` says of an error; the kernel's own probes end in ETIMEDOUT. */
const REASONS: Readonly<Record<string, string>> = { ETIMEDOUT: "silent", EPIPE: "peer" };

const WIRE = Symbol("wire");

/** A socket that knows its wire, so that all share the functions that hear its events. */
interface Carrier extends Socket {
  [WIRE]?: TcpWire;
}

/**
 * A connection may live for one request: it begins without closures. V8 soon keeps what each socket holds its listeners
 * in among what is old, and frees closures there, and all that they know, late (bench `gateway-api`).
 */
class TcpWire implements Wire {
  readonly listener: WireListener;
  reason = "peer";
  readonly #socket: Socket;

  constructor(socket: Carrier, listener: WireListener) {
    this.#socket = socket;
    this.listener = listener;
    socket[WIRE] = this;
    socket.on("error", failed);
    socket.on("data", received);
    socket.on("end", ended);
    socket.on("close", closed);
  }

  get connection(): string {
    const { localPort, remoteAddress, remotePort } = this.#socket;
    return connectionKey(localPort ?? 0, plainAddress(remoteAddress ?? ""), remotePort ?? 0);
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

  watch(keepAliveMs: number): void {
    keepAlive(this.#socket, keepAliveMs);
  }

  ping(): void {}

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function failed(this: Carrier, { code, message }: NodeJS.ErrnoException): void {
  this[WIRE]!.reason = REASONS[code ?? ""] ?? code ?? message;
}

function received(this: Carrier, chunk: Buffer): void {
  this[WIRE]!.listener.received(chunk);
}

function ended(this: Carrier): void {
  this[WIRE]!.listener.ended();
}

function closed(this: Carrier): void {
  const { listener, reason } = this[WIRE]!;
  listener.closed(reason);
}

export function tcpWire(socket: Socket, listener: WireListener): Wire {
  return new TcpWire(socket, listener);
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
