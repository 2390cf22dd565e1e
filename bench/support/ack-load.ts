/** Devices of ack/0 that cost little: their lines go together, and each ack has to be the one that is due. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A message and its acks are counted from the identification, whose id is 1. */
const FIRST_ID = 2;
const RETRY_MS = 50;

export class LoadDevice {
  readonly name: string;
  /** Times from a message's sending to its ack, ms, while they are kept. */
  delays: number[] | null = null;
  acknowledged = 0;
  readonly #socket: Socket;
  readonly #sentAt: number[] = [];
  #sent = 0;
  #rest = "";
  /** Messages that it keeps under way; 0: it waits for `send`. */
  #window = 0;
  #isIdentified = false;

  private constructor(name: string, socket: Socket) {
    this.name = name;
    this.#socket = socket;
    socket.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
  }

  static async join(name: string, port: number): Promise<LoadDevice> {
    const socket = await connected(port);
    const device = new LoadDevice(name, socket);
    socket.write(`${JSON.stringify({ dev_id: name, id: 1 })}\n`);
    while (!device.#isIdentified) await once(socket, "data");
    return device;
  }

  get held(): number {
    return this.#sent - this.acknowledged;
  }

  /** So many are under way from now on, a new one for each that is acknowledged. */
  keepUnderWay(window: number): void {
    this.#window = window;
    this.#fill();
  }

  send(count: number): void {
    const now = performance.now();
    let lines = "";
    for (let left = count; left > 0; left--) {
      this.#sent++;
      if (this.delays) this.#sentAt.push(now);
      lines += `{"n":${this.#sent},"id":${this.#sent + FIRST_ID - 1}}\n`;
    }
    this.#socket.write(lines);
  }

  end(): void {
    this.#socket.destroy();
  }

  #fill(): void {
    const room = this.#window - this.held;
    if (room > 0) this.send(room);
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      if (line === `{"ack":${this.acknowledged + FIRST_ID}}`) this.#acknowledge();
      else this.#greet(line);
    }
    this.#fill();
  }

  #acknowledge(): void {
    this.acknowledged++;
    if (this.delays && this.#sentAt.length > 0) this.delays.push(performance.now() - this.#sentAt.shift()!);
  }

  /** The answer to the identification; anything else is a fault of the server. */
  #greet(line: string): void {
    const { id, ack } = JSON.parse(line) as { readonly id?: number; readonly ack?: number };
    if (id !== undefined) this.#socket.write(`{"ack":${id}}\n`);
    else if (ack !== 1)
      throw new Error(`${this.name} hears ${line} in the place of ack ${this.acknowledged + FIRST_ID}`);
    this.#isIdentified ||= id !== undefined;
  }
}

/** The port opens a moment after the flows have started. */
async function connected(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (isOpen) return socket;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
