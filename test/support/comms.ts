/** Robots and relays that speak with a running gatehouse, byte by byte. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import should from "should";
import { WebSocket } from "ws";

/** Longer than anything here takes. */
const PATIENCE_MS = 30_000;

/** A TCP peer: what it hears is compared as it comes, from where the last comparison ended. */
export class Talker {
  readonly socket: Socket;
  #heard = "";
  #look = () => {};

  private constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk) => {
      this.#heard += chunk.toString();
      this.#look();
    });
    this.socket.on("close", () => this.#look());
  }

  /** The port may still be opening. */
  static async join(port: number): Promise<Talker> {
    for (const end = performance.now() + PATIENCE_MS; ; ) {
      const talker = new Talker(port);
      const fault = await once(talker.socket, "connect").then(
        () => null,
        (error: Error) => error,
      );
      if (fault === null) return talker;
      if (performance.now() > end) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  says(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Each piece in a segment of its own, as far as the system lets it. */
  async saysInPieces(text: string, size: number): Promise<void> {
    for (let at = 0; at < text.length; at += size) {
      await new Promise((resolve) => this.socket.write(text.slice(at, at + size), resolve));
    }
  }

  /** Exactly this, next. */
  async hears(text: string): Promise<void> {
    await this.#until(() => this.#heard.length >= text.length);
    const heard = this.#heard.slice(0, text.length);
    this.#heard = this.#heard.slice(text.length);
    should(heard).equal(text);
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    await this.#until(() => this.#heard.includes("\n"));
    const [line, ...rest] = this.#heard.split("\n");
    this.#heard = rest.join("\n");
    return line!;
  }

  /** As a relay: asks until there is a message, which may still be on its way. */
  async gets(message: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    let line = "none";
    while (line === "none" && performance.now() < end) {
      this.says("n");
      line = await this.line();
    }
    should(line).equal(message);
  }

  /** Says something and hears exactly this. */
  async asks(question: string, answer: string): Promise<void> {
    this.says(question);
    await this.hears(answer);
  }

  /** Nothing more came, and the other side has closed. */
  async isClosed(): Promise<void> {
    await this.#until(() => this.socket.closed);
    should(this.#heard).equal("");
  }

  #until(fits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(), PATIENCE_MS);
      const finish = () => {
        clearTimeout(timer);
        this.#look = () => {};
        resolve();
      };
      this.#look = () => (fits() || this.socket.closed) && finish();
      this.#look();
    });
  }

  async leave(): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, "close");
  }
}

/** A relay over WebSocket: the frames that answer a request. */
export class FrameTalker {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  #look = () => {};

  private constructor(port: number) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    this.#socket.on("message", (data, isBinary) => {
      this.#frames.push(isBinary ? "binary" : String(data));
      this.#look();
    });
  }

  static async join(port: number): Promise<FrameTalker> {
    const talker = new FrameTalker(port);
    await once(talker.#socket, "open");
    return talker;
  }

  says(text: string): void {
    this.#socket.send(text);
  }

  /** Asks until there is a message, which may still be on its way. */
  async gets(message: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    let frame = "none";
    while (frame === "none" && performance.now() < end) {
      this.says("n");
      await this.#until(1);
      frame = this.#frames.shift()!;
    }
    should(frame).equal(message);
  }

  async asks(question: string, ...frames: string[]): Promise<void> {
    this.says(question);
    await this.#until(frames.length);
    should(this.#frames.splice(0, frames.length)).deepEqual(frames);
  }

  #until(count: number): Promise<void> {
    return new Promise<void>((resolve) => {
      this.#look = () => this.#frames.length >= count && resolve();
      this.#look();
    });
  }

  async leave(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}
