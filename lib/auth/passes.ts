/** What lets in for a short time and is kept in memory only: a ticket once, a pass until its end. */
import { digestOf } from "./token.ts";

interface Kept<T> {
  readonly holder: T;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export const PASS_BYTES = 32;
const LENGTH = 43;

export class Passes<T> {
  readonly #ttlMs: number;
  readonly #max: number;
  /** By their digests, oldest first. */
  readonly #kept = new Map<string, Kept<T>>();

  constructor(ttlMs: number, max: number) {
    this.#ttlMs = ttlMs;
    this.#max = max;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Where there are too many, the oldest counts no more. */
  issue(random: Uint8Array, holder: T, now: number): string {
    const text = Buffer.from(random).toString("base64url");
    this.#forgetPast(now);
    this.#kept.set(digestOf(text), { holder, until: now + this.#ttlMs });
    return text;
  }

  /** Null where there is none, or not any more. */
  find(text: string, now: number): T | null {
    if (text.length !== LENGTH) return null;
    const kept = this.#kept.get(digestOf(text));
    return kept && kept.until > now ? kept.holder : null;
  }

  /** As `find`, and it counts no more. */
  take(text: string, now: number): T | null {
    const holder = this.find(text, now);
    if (holder !== null) this.#kept.delete(digestOf(text));
    return holder;
  }

  #forgetPast(now: number): void {
    for (const [digest, { until }] of this.#kept) {
      if (until > now && this.#kept.size < this.#max) return;
      this.#kept.delete(digest);
    }
  }
}
