/** One simulated device's connection: known in this process as simulated before it is made, and made again when it ends. */
import { connect, type Socket } from "node:net";
import { Backoff } from "../../lib/backoff.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { addSimulated } from "../shared/simulated.ts";

interface LineListener {
  line(text: string): void;
  changed(): void;
}

/** A server's lines are short. */
const MAX_LINE = 4096;

export class LineLink {
  readonly #host: string;
  readonly #port: number;
  readonly #listener: LineListener;
  #backoff: Backoff | null = null;
  #driver: Driver<unknown> | null = null;
  #socket: Socket | null = null;
  isOpen = false;

  constructor(host: string, port: number, listener: LineListener) {
    this.#host = host;
    this.#port = port;
    this.#listener = listener;
  }

  /** Idempotent, as `stop` is. */
  start(): void {
    if (this.#driver) return;
    this.#backoff = new Backoff(now(), { firstMs: 500, mostMs: 5000 });
    this.#driver = drive(this.#backoff, () => this.#connect());
  }

  stop(): void {
    this.#driver?.stop();
    this.#driver = null;
    this.#socket?.destroy();
  }

  /** Loses the connection, and makes it again after a while. */
  cut(): void {
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    let end = () => {};
    // The address is there as soon as the attempt has begun, and before the server can hear of it.
    socket.once("connectionAttempt", () =>
      process.nextTick(() => {
        const { address, port } = socket.address() as { address?: string; port?: number };
        if (address !== undefined && port !== undefined) end = addSimulated("tcp", address, port);
      }),
    );
    socket.on("error", () => undefined);
    socket.once("connect", () => {
      this.isOpen = true;
      this.#backoff?.opened(now());
      this.#listener.changed();
    });
    this.#readLines(socket);
    socket.once("close", () => {
      end();
      this.#closed(socket);
    });
  }

  #readLines(socket: Socket): void {
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!.slice(-MAX_LINE);
      for (const line of lines) this.#listener.line(line.trim());
    });
  }

  #closed(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.isOpen = false;
    this.#backoff?.closed(now());
    this.#driver?.run([]);
    this.#listener.changed();
  }

  /** Each piece in a write, and a segment, of its own; false where nobody listens. */
  write(pieces: readonly string[]): boolean {
    const socket = this.#socket;
    if (!this.isOpen || !socket) return false;
    const writeFrom = (index: number): void => {
      if (index >= pieces.length || socket.destroyed) return;
      socket.write(pieces[index]!, () => setImmediate(writeFrom, index + 1));
    };
    writeFrom(0);
    return true;
  }
}
