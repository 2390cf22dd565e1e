/** When to try again: a timed core that asks for one attempt at a time, for ever, at growing intervals. */

export interface BackoffOptions {
  /** Wait after the first failure; each further one doubles it. */
  readonly firstMs?: number;
  readonly mostMs?: number;
  /** A connection that lasted this long starts the next series of waits anew. */
  readonly steadyMs?: number;
  /** Wait before the very first attempt. */
  readonly graceMs?: number;
  /** Full jitter: each wait is this part (0..1) of what it would be, so that many peers do not come back at once. */
  readonly jitter?: () => number;
}

export interface ConnectEvent {
  readonly type: "connect";
}

const CONNECT: readonly ConnectEvent[] = [{ type: "connect" }];

export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #steadyMs: number;
  readonly #jitter: () => number;
  #waitMs: number;
  #deadline: number | null;
  #openedAt: number | null = null;

  constructor(now: number, options: BackoffOptions = {}) {
    this.#firstMs = options.firstMs ?? 1000;
    this.#mostMs = options.mostMs ?? 30_000;
    this.#steadyMs = options.steadyMs ?? 1000;
    this.#jitter = options.jitter ?? (() => 1);
    this.#waitMs = this.#firstMs;
    this.#deadline = now + (options.graceMs ?? 0);
  }

  /** The attempt succeeded. */
  opened(now: number): void {
    this.#openedAt = now;
    this.#deadline = null;
  }

  /** The attempt failed, or the connection ended. */
  closed(now: number): void {
    // A device that opens and falls over at once must not be tried every second for ever.
    if (this.#openedAt !== null && now - this.#openedAt >= this.#steadyMs) this.#waitMs = this.#firstMs;
    this.#openedAt = null;
    this.#deadline = now + this.#waitMs * this.#jitter();
    this.#waitMs = Math.min(this.#waitMs * 2, this.#mostMs);
  }

  /** What was missing has appeared: a waiting attempt is due now. */
  hurry(now: number): void {
    if (this.#deadline === null) return;
    this.#waitMs = this.#firstMs;
    this.#deadline = now;
  }

  handleTimer(now: number): readonly ConnectEvent[] {
    if (this.#deadline === null || now < this.#deadline) return [];
    this.#deadline = null;
    return CONNECT;
  }

  nextDeadline(): number | null {
    return this.#deadline;
  }
}
