/** Outcomes whose browser is not connected right now: kept for a moment, for when it comes back. */
import type { Outcome } from "./command.ts";

interface Late {
  readonly browser: string;
  readonly outcome: Outcome;
  readonly until: number;
}

/** A browser comes back in a few seconds, or not at all. */
const KEPT_MS = 30_000;
const MAX_KEPT = 1000;

/** Monotonic milliseconds go in. */
export class LateOutcomes {
  #kept: Late[] = [];
  /** Those that nobody came for, or that had to make room. */
  dropped = 0;

  get held(): number {
    return this.#kept.length;
  }

  keep(browser: string, outcome: Outcome, now: number): void {
    this.#forget(now);
    if (this.#kept.length >= MAX_KEPT) {
      this.#kept.shift();
      this.dropped++;
    }
    this.#kept.push({ browser, outcome, until: now + KEPT_MS });
  }

  /** Gives them out once. */
  take(browser: string, now: number): Outcome[] {
    if (this.#kept.length === 0) return [];
    this.#forget(now);
    const due = this.#kept.filter((one) => one.browser === browser);
    if (due.length > 0) this.#kept = this.#kept.filter((one) => one.browser !== browser);
    return due.map(({ outcome }) => outcome);
  }

  /** The oldest stand first. */
  #forget(now: number): void {
    const first = this.#kept.findIndex(({ until }) => until > now);
    const count = first < 0 ? this.#kept.length : first;
    this.#kept.splice(0, count);
    this.dropped += count;
  }
}
