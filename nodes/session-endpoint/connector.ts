/** Connects to one peer, and again for ever: full jitter, so that many do not come back at once. */
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type SecureContextOptions } from "node:tls";
import { WebSocket } from "ws";
import { Backoff } from "../../lib/backoff.ts";
import { plainAddress } from "../../lib/ip.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { PROCESS_HEADER, PROCESS_NAME } from "../shared/process-name.ts";
import type { Link, LinkHost } from "./link.ts";
import type { EndpointOptions } from "./read-options.ts";
import { tcpWire } from "./tcp-wire.ts";
import type { Wire, WireListener } from "./wire.ts";
import { wsWire } from "./ws-wire.ts";

const CONNECT_MS = 5000;
/** The peer may be an endpoint of the same deploy, which listens a moment later. */
const GRACE_MS = 50;
const BACKOFF = { graceMs: GRACE_MS, firstMs: 500, mostMs: 30_000, steadyMs: 10_000, jitter: Math.random };

export class Connector implements Link {
  readonly #options: EndpointOptions;
  readonly #tls: SecureContextOptions;
  readonly #host: LinkHost;
  readonly #backoff = new Backoff(now(), BACKOFF);
  readonly #driver: Driver<unknown>;
  #destroy = () => {};
  /** Resolves when the present attempt or connection is over. */
  #over: Promise<void> = Promise.resolve();
  #isOpen = false;
  #isStopped = false;

  constructor(options: EndpointOptions, tls: SecureContextOptions | null, host: LinkHost) {
    this.#options = options;
    this.#tls = tls ?? {};
    this.#host = host;
    this.#driver = drive(this.#backoff, () => {
      this.#over = new Promise((resolve) => this.#connect(resolve));
    });
  }

  check(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#driver.stop();
    if (!this.#isOpen) this.#destroy();
    await this.#over;
  }

  #connect(over: () => void): void {
    let fault: Error | undefined;
    const failed = (error: Error) => {
      // A name with several addresses fails with all their errors at once, and no text of its own.
      fault = error instanceof AggregateError ? error.errors[0] : error;
    };
    const closed = () => {
      this.#isOpen = false;
      over();
      this.#lost(fault?.message ?? "the other side closed the connection");
    };
    if (this.#options.transport === "ws") this.#connectWs(failed, closed);
    else this.#connectTcp(failed, closed);
  }

  #connectTcp(failed: (error: Error) => void, closed: () => void): void {
    const { host, port, isSecure } = this.#options;
    const place = { host, port, allowHalfOpen: true, noDelay: true };
    // An address is no server name (RFC 6066).
    const name = isIP(host) ? {} : { servername: host };
    const socket = isSecure ? connectTls({ ...name, ...place, ...this.#tls }) : connect(place);
    this.#destroy = () => void socket.destroy();
    socket.on("error", failed);
    socket.on("close", closed);
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`no answer from ${host}:${port}`)));
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      socket.setTimeout(0);
      this.#opened(socket, (listener) => tcpWire(socket, listener));
    });
  }

  #connectWs(failed: (error: Error) => void, closed: () => void): void {
    const { host, port, path, isSecure, framing } = this.#options;
    const name = host.includes(":") ? `[${host}]` : host;
    const options = { maxPayload: framing.maxBytes, perMessageDeflate: false, handshakeTimeout: CONNECT_MS };
    const url = `${isSecure ? "wss" : "ws"}://${name}:${port}${path}`;
    const socket = new WebSocket(url, { ...options, headers: { [PROCESS_HEADER]: PROCESS_NAME }, ...this.#tls });
    let carrier: Socket;
    this.#destroy = () => socket.terminate();
    socket.on("error", failed);
    socket.on("close", closed);
    socket.once("upgrade", (response) => {
      carrier = response.socket;
    });
    socket.once("open", () => this.#opened(carrier, (listener) => wsWire(socket, carrier, listener)));
  }

  #opened(carrier: Socket, open: (listener: WireListener) => Wire): void {
    const { host, port, url } = this.#options;
    this.#isOpen = true;
    this.#backoff.opened(now());
    const peer = { address: plainAddress(carrier.remoteAddress ?? ""), port: carrier.remotePort ?? port, url };
    this.#host.state({ name: "open", detail: `${host}:${port}` });
    this.#host.opened(peer, null, open);
  }

  #lost(reason: string): void {
    if (this.#isStopped) return;
    this.#backoff.closed(now());
    this.#driver.run([]);
    this.#host.state({ name: "waiting", detail: reason });
  }
}
