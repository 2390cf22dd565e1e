/** A peer that behaves: it asks, and measures how long each answer takes. */
import type { Socket } from "node:net";
import { openPeer } from "./served.ts";

const EVERY_MS = 10;

export class Echo {
  readonly #socket: Socket;
  readonly #waits: number[] = [];
  readonly #timer: NodeJS.Timeout;
  #asked = 0;
  #answered = 0;
  #askedAt = 0;

  static async start(port: number): Promise<Echo> {
    return new Echo(await openPeer(port));
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", () => {
      this.#answered = this.#asked;
      this.#waits.push(performance.now() - this.#askedAt);
    });
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  #ask(): void {
    if (this.#answered !== this.#asked) return;
    this.#asked++;
    this.#askedAt = performance.now();
    this.#socket.write(`${this.#asked}\n`);
  }

  /** The median and the 99th percentile of the waits, in milliseconds. */
  stop(): { count: number; p50: number; p99: number; isAnswered: boolean } {
    clearInterval(this.#timer);
    this.#socket.destroy();
    const sorted = this.#waits.toSorted((one, other) => one - other);
    const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.POSITIVE_INFINITY;
    return { count: sorted.length, p50: at(0.5), p99: at(0.99), isAnswered: this.#asked - this.#answered <= 1 };
  }
}
