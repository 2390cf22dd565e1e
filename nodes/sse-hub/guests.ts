/** Browsers that came in by a ticket of somebody without an account, such as a user of the editor; kept over a redeploy. */
import { randomBytes } from "node:crypto";
import { Gate, type Refused } from "../../lib/auth/gate.ts";
import { Limiter } from "../../lib/auth/limiter.ts";
import { PASS_BYTES, Passes } from "../../lib/auth/passes.ts";
import { TokenTable } from "../../lib/auth/token-table.ts";
import type { Visitor } from "./visitor.ts";

/** A day of work. */
export const GUEST_MS = 12 * 3_600_000;
const MAX_GUESTS = 1000;

export class Guests {
  readonly #passes = new Passes<Visitor>(GUEST_MS, MAX_GUESTS);
  /** For a hub without a registry: it has no tokens, and counts who guesses. */
  readonly #gate = new Gate(new TokenTable(), new Limiter());

  admit(visitor: Visitor): string {
    return this.#passes.issue(randomBytes(PASS_BYTES), visitor, Date.now());
  }

  find(pass: string): Visitor | null {
    return this.#passes.find(pass, Date.now());
  }

  guess(address: string): Refused {
    return this.#gate.wrong(address, { time: Date.now(), clock: performance.now() });
  }
}

const parked = new Map<string, Guests>();

/** The same for every instance of a hub's node. */
export function guestsOf(id: string): Guests {
  const guests = parked.get(id) ?? new Guests();
  parked.set(id, guests);
  return guests;
}

export function forgetGuests(id: string): void {
  parked.delete(id);
}
