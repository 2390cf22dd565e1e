/** The questions that simulated nodes ask of client programs, and the replies they get. */
import type { Random } from "./random.ts";

const MINUTE_MS = 60_000;

export class Questions {
  readonly counts = { asked: 0, answered: 0, unasked: 0 };
  readonly #random: Random;
  /** Nodes that wait for a reply to their last question. */
  readonly #waiting = new Set<number>();
  #perMinute = 0;
  #at = Number.POSITIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  /** When the next one is due. */
  get at(): number {
    return this.#at;
  }

  /** Of the whole mesh, on average. */
  schedule(perMinute: number, now: number): void {
    this.#perMinute = perMinute;
    this.#at = perMinute > 0 ? now + this.#random.wait(MINUTE_MS / perMinute) : Number.POSITIVE_INFINITY;
  }

  /** The node that asks, and its words. */
  ask(nodes: number, now: number): { address: number; text: string } {
    this.schedule(this.#perMinute, now);
    const address = 1 + this.#random.below(nodes);
    this.#waiting.add(address);
    this.counts.asked++;
    return { address, text: `question ${this.counts.asked}` };
  }

  /** A reply has reached a node. */
  reply(address: number): void {
    if (this.#waiting.delete(address)) this.counts.answered++;
    else this.counts.unasked++;
  }

  /** A restart forgets what was asked. */
  forget(): void {
    this.#waiting.clear();
  }
}
