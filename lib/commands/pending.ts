/** Commands whose outcome is not known yet, and who is to hear of it; one that nobody answers comes due. */
import type { KnownCommand } from "./known.ts";

export interface Pending {
  readonly id: string;
  readonly device: string;
  readonly type: string;
  /** What its payload tells of such commands; null where that is nothing. */
  readonly known: KnownCommand | null;
  /** The connection that sent it, as the flow carries it. */
  readonly session: unknown;
  /** Its place in the outbox, once it stands there. */
  cursor: string | null;
  /** Milliseconds since 1970; null where the command may always be delivered. */
  readonly deadline: number | null;
}

interface Held {
  readonly pending: Pending;
  /** Monotonic. */
  readonly endsAt: number;
}

/** Commands that may wait for their outcomes; more are refused. */
export const MAX_PENDING = 10_000;

/** Monotonic milliseconds go in; a timer that fires early finds nothing due. */
export class PendingCommands {
  readonly #held = new Map<string, Held>();
  /** No later than the first end. */
  #next = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#held.size;
  }

  get(id: string): Pending | undefined {
    return this.#held.get(id)?.pending;
  }

  get isFull(): boolean {
    return this.#held.size >= MAX_PENDING;
  }

  add(pending: Pending, endsAt: number): void {
    this.#held.set(pending.id, { pending, endsAt });
    this.#next = Math.min(this.#next, endsAt);
  }

  /** Undefined where it is not pending: its outcome has been told. */
  take(id: string): Pending | undefined {
    const pending = this.#held.get(id)?.pending;
    this.#held.delete(id);
    return pending;
  }

  /** Those that nobody answered; they stay until they are taken. */
  handleTimer(now: number): Pending[] {
    const due: Pending[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const { pending, endsAt } of this.#held.values()) {
      if (endsAt <= now) due.push(pending);
      else next = Math.min(next, endsAt);
    }
    this.#next = next;
    return due;
  }

  nextDeadline(): number | null {
    return this.#held.size > 0 && this.#next < Number.POSITIVE_INFINITY ? this.#next : null;
  }
}

export class CommandRefused extends RangeError {
  readonly code: "duplicate" | "full";

  constructor(code: "duplicate" | "full", message: string) {
    super(message);
    this.code = code;
  }
}
