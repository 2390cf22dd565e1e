/** Robots that send at an even pace, and relays that ask at one; what relays got, and how long they waited. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { tokenOf } from "./comms-runtime.ts";

const TICK_MS = 5;
/** Messages of a robot that sends without a pause, in one write. */
const BLAST = 200;

async function join(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.setEncoding("utf8");
  return socket;
}

export class Robot {
  readonly user: string;
  sent = 0;
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #isBlasting = false;

  private constructor(user: string, socket: Socket) {
    this.user = user;
    this.#socket = socket;
    socket.on("data", () => {});
    socket.on("error", () => {});
  }

  static async join(user: string, port: number): Promise<Robot> {
    return new Robot(user, await join(port));
  }

  #message(): string {
    const fields = { token: tokenOf(this.user), Number: this.sent++, Gyro: [0.51, -0.02, 1.1], State: "playing" };
    return `${JSON.stringify(fields)}\n`;
  }

  send(count: number): void {
    this.#socket.write(Array.from({ length: count }, () => this.#message()).join(""));
  }

  /** Until `stop`. */
  pace(perSecond: number): void {
    const [began, before] = [performance.now(), this.sent];
    this.#timer = setInterval(() => {
      const due = before + Math.floor(((performance.now() - began) * perSecond) / 1000);
      if (due > this.sent) this.send(due - this.sent);
    }, TICK_MS);
  }

  /** As fast as the other side reads, until `stop`; what the system takes for it is not yet sent. */
  blast(): void {
    const more = () => {
      if (!this.#isBlasting) return;
      this.send(BLAST);
      if (this.#socket.writableNeedDrain) this.#socket.once("drain", more);
      else setImmediate(more);
    };
    this.#isBlasting = true;
    more();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#isBlasting = false;
  }

  leave(): void {
    this.stop();
    this.#socket.destroy();
  }
}

export class Relay {
  readonly user: string;
  /** Numbers of the messages that it got, in their order. */
  readonly got: number[] = [];
  /** How long each answer took, in ms. */
  waits: number[] = [];
  readonly #socket: Socket;
  #asked: number[] = [];
  #rest = "";
  #timer: NodeJS.Timeout | undefined;
  #heard = () => {};

  private constructor(user: string, socket: Socket) {
    this.user = user;
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("data", (text: string) => this.#hear(text));
  }

  static async join(user: string, port: number): Promise<Relay> {
    const socket = await join(port);
    socket.write(`set user ${user}\n`);
    return new Relay(user, socket);
  }

  ask(): void {
    this.#asked.push(performance.now());
    this.#socket.write("n\n");
  }

  #hear(text: string): void {
    const now = performance.now();
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      this.waits.push(now - (this.#asked.shift() ?? now));
      if (line !== "none") this.got.push((JSON.parse(line) as [string, string, number])[2]);
    }
    this.#heard();
  }

  /** Until `stop`. */
  pace(perSecond: number): void {
    this.#timer = setInterval(() => this.ask(), 1000 / perSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Resolves when nothing is asked that is not answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = () => this.#asked.length === 0 && resolve();
      this.#heard();
    });
  }

  /** Asks until there is nothing more. */
  async drain(): Promise<void> {
    for (let before = -1; before < this.got.length; ) {
      before = this.got.length;
      this.ask();
      await this.answered();
    }
  }

  leave(): void {
    this.stop();
    this.#socket.destroy();
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
