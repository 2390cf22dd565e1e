/** UDP peers for tests: a bare socket that keeps what it hears, and clients of the field, honest and otherwise. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export interface Heard {
  readonly text: string;
  readonly address: string;
  readonly port: number;
}

/** A bound socket; everything it hears is kept, and can be waited for. */
export class UdpPeer {
  readonly heard: Heard[] = [];
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  static async open(address = "127.0.0.1", port = 0): Promise<UdpPeer> {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    socket.bind(port, address);
    await once(socket, "listening");
    socket.setRecvBufferSize(4 * 1024 * 1024);
    return new UdpPeer(socket);
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("message", (bytes, { address, port }) => {
      this.heard.push({ text: bytes.toString("latin1"), address, port });
      for (const look of this.#waiting) look();
    });
  }

  get address(): string {
    return this.#socket.address().address;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when the system has it. */
  send(bytes: string | Uint8Array, port: number, address = "127.0.0.1"): Promise<void> {
    const datagram = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
    return new Promise((resolve, reject) => {
      this.#socket.send(datagram, port, address, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** The next datagram that was not handed out before. */
  async next(): Promise<Heard> {
    await this.until(() => this.heard.length > this.#taken);
    return this.heard[this.#taken++]!;
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

export interface FieldClientOptions {
  /** Its own address: the server's data port has the same number as its own. */
  readonly address: string;
  readonly handshakePort: number;
  readonly server?: string;
  readonly helloEveryMs?: number;
  /** False: takes HIYA and says nothing more. */
  readonly confirms?: boolean;
  /** CONFIRM again and again until data comes, as our own relay does; once where not said. */
  readonly confirmEveryMs?: number;
  /** False: takes data and never says RUNNING. */
  readonly answers?: boolean;
  readonly runningEveryMs?: number;
}

const RUNNING_EVERY_MS = 10_000;

/** A client as in the field: listens on the port that HIYA names, says RUNNING only after data came, never HELLO again. */
export class FieldClient {
  readonly handshake: UdpPeer;
  /** Where data comes, once HIYA has. */
  data: UdpPeer | null = null;
  dataPort = 0;
  readonly #options: FieldClientOptions;
  #timer: NodeJS.Timeout | undefined;
  #ranAt = Number.NEGATIVE_INFINITY;

  static async open(options: FieldClientOptions): Promise<FieldClient> {
    return new FieldClient(await UdpPeer.open(options.address), options);
  }

  constructor(handshake: UdpPeer, options: FieldClientOptions) {
    this.handshake = handshake;
    this.#options = options;
  }

  /** HELLO again and again until HIYA, then CONFIRM. Resolves to how long that took. */
  async join(): Promise<number> {
    const from = performance.now();
    const { handshakePort, server = "127.0.0.1", helloEveryMs = 1000, confirms = true } = this.#options;
    const hello = () => void this.handshake.send("HELLO   ", handshakePort, server).catch(() => undefined);
    hello();
    this.#timer = setInterval(hello, helloEveryMs);
    const { text } = await this.handshake.next();
    clearInterval(this.#timer);
    this.dataPort = Number(/^HIYA,(\d+)$/.exec(text)![1]);
    this.data = await UdpPeer.open(this.#options.address, this.dataPort);
    if (confirms) await this.#confirm();
    void this.#answer();
    return performance.now() - from;
  }

  async #confirm(): Promise<void> {
    const { handshakePort, server = "127.0.0.1", confirmEveryMs } = this.#options;
    const confirm = () => this.handshake.send(`CONFIRM ,${this.dataPort}`, handshakePort, server);
    await confirm();
    if (confirmEveryMs === undefined) return;
    const again = () => this.data!.send(`CONFIRM ,${this.dataPort}`, this.dataPort, server);
    this.#timer = setInterval(() => void Promise.all([confirm(), again()]).catch(() => undefined), confirmEveryMs);
    void this.data!.until(() => this.data!.heard.length > 0).then(() => clearInterval(this.#timer));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.handshake.close(), this.data?.close()]);
  }

  async #answer(): Promise<void> {
    const { answers = true, runningEveryMs = RUNNING_EVERY_MS, server = "127.0.0.1" } = this.#options;
    if (!answers) return;
    for (let seen = 0; ; seen = this.data!.heard.length) {
      await this.data!.until(() => this.data!.heard.length > seen);
      if (performance.now() - this.#ranAt < runningEveryMs) continue;
      this.#ranAt = performance.now();
      await this.data!.send("RUNNING ", this.dataPort, server);
    }
  }
}
