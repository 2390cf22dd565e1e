/** The newest of what is told live only, by topic, for browsers that come later. */
import { compileFilters } from "../store/topic.ts";
import type { Told } from "./event-text.ts";

export class Retained {
  readonly #max: number;
  /** In the order of their change, so that the first is the oldest. */
  readonly #newest = new Map<string, Told>();
  /** Topics that were given up for newer ones. */
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#newest.size;
  }

  keep(told: Told): void {
    this.#newest.delete(told.topic);
    this.#newest.set(told.topic, told);
    if (this.#newest.size <= this.#max) return;
    for (const oldest of this.#newest.keys()) {
      this.#newest.delete(oldest);
      this.dropped++;
      return;
    }
  }

  /** Forgets a topic, and those below it. */
  forget(topic: string): void {
    for (const known of this.#newest.keys()) {
      if (known === topic || known.startsWith(`${topic}/`)) this.#newest.delete(known);
    }
  }

  /** What the filters select, oldest first. */
  select(filters: readonly string[]): Told[] {
    if (this.#newest.size === 0) return [];
    const fits = compileFilters(filters);
    return [...this.#newest.values()].filter(({ topic }) => fits(topic));
  }
}
