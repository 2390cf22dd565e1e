/**
 * Robots that send at an even pace, and relays that ask at one, each at moments of its own, as programs do that know
 * nothing of one another; or all at the same moments. What relays got, and how long they waited.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { tokenOf } from "./comms-runtime.ts";

/** `apart`: each begins somewhere in its first period; `together`: all at once, again and again. */
export type Moments = "apart" | "together";

/** Calls `work` each period until stopped. */
class Beat {
  #timer: NodeJS.Timeout | undefined;

  start(periodMs: number, moments: Moments, work: () => void): void {
    const begin = () => {
      work();
      this.#timer = setInterval(work, periodMs);
    };
    this.#timer = setTimeout(begin, moments === "apart" ? Math.random() * periodMs : periodMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

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
  readonly #beat = new Beat();
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

  /** Until `stop`; late timers are made up for. */
  pace(perSecond: number, moments: Moments = "apart"): void {
    const before = this.sent;
    let began = Number.NaN;
    this.#beat.start(1000 / perSecond, moments, () => {
      if (Number.isNaN(began)) began = performance.now();
      const due = before + 1 + Math.round(((performance.now() - began) * perSecond) / 1000);
      if (due > this.sent) this.send(due - this.sent);
    });
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
    this.#beat.stop();
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
  readonly #beat = new Beat();
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
  pace(perSecond: number, moments: Moments = "apart"): void {
    this.#beat.start(1000 / perSecond, moments, () => this.ask());
  }

  stop(): void {
    this.#beat.stop();
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
