/** Peers of ack/0 that only know what stands on the wire: devices on TCP, browsers, gateways and devices on WebSocket. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";

export type Json = Record<string, unknown>;

/** What was heard and not yet taken, in order. */
abstract class Peer {
  readonly #heard: Json[] = [];
  #wake = () => {};

  abstract send(message: Json): void;
  abstract close(): Promise<void>;

  protected hear(text: string): void {
    this.#heard.push(JSON.parse(text) as Json);
    this.#wake();
  }

  /** The next message. */
  async next(): Promise<Json> {
    while (this.#heard.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#heard.shift()!;
  }

  /** The next so many, in order. */
  async take(count: number): Promise<Json[]> {
    const messages: Json[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  /** Takes messages until one fits, which it gives. */
  async until(fits: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const message = await this.next();
      if (fits(message)) return message;
    }
  }
}

export class LinePeer extends Peer {
  readonly socket: Socket;
  #rest = "";

  private constructor(port: number) {
    super();
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk) => {
      const lines = (this.#rest + chunk.toString()).split("\n");
      this.#rest = lines.pop()!;
      for (const line of lines) this.hear(line);
    });
  }

  static async join(port: number | string): Promise<LinePeer> {
    const peer = new LinePeer(Number(port));
    await once(peer.socket, "connect");
    return peer;
  }

  send(message: Json): void {
    this.socket.write(`${JSON.stringify(message)}\n`);
  }

  /** At once, as a device that loses its power. */
  async close(): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, "close");
  }
}

export class FramePeer extends Peer {
  readonly socket: WebSocket;

  private constructor(port: number | string, headers: Record<string, string>) {
    super();
    this.socket = new WebSocket(`ws://127.0.0.1:${port}`, { headers });
    this.socket.on("error", () => undefined);
    this.socket.on("message", (data) => this.hear(String(data)));
  }

  /** A browser has a User-Agent. */
  static async join(port: number | string, headers: Record<string, string> = { "User-Agent": "Browser/1.0" }) {
    const peer = new FramePeer(port, headers);
    await once(peer.socket, "open");
    return peer;
  }

  send(message: Json): void {
    this.socket.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.socket.terminate();
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, "close");
  }
}
