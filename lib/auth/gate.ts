/** The one gate of a registry: whatever the way in, a token or password is looked at here, and guesses are slowed down together. */
import { accountKey, addressKey, type Limiter } from "./limiter.ts";
import { isPassword, NOBODY } from "./password.ts";
import { tokenIdOf } from "./token.ts";
import type { Account, Holder, TokenFault, TokenTable } from "./token-table.ts";

/** `later`: too many wrong guesses came from there; `unready`: the store is still opening. */
export type AuthFault = TokenFault | "missing" | "later" | "unready";
export type Verdict = { readonly holder: Holder } | Refused;

export interface Refused {
  readonly fault: AuthFault;
  /** With `later`: when the next guess is looked at. */
  readonly waitMs?: number;
}

export interface Moment {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Monotonic milliseconds. */
  readonly clock: number;
}

/** A password costs memory and a thread: so many from many addresses would keep the disk waiting. */
const MAX_HASHING = 16;
const BUSY_MS = 1000;

export class Gate {
  readonly counts: Record<AuthFault | "accepted", number> = {
    accepted: 0,
    unknown: 0,
    expired: 0,
    revoked: 0,
    missing: 0,
    later: 0,
    unready: 0,
  };
  readonly #table: TokenTable;
  readonly #limiter: Limiter;
  #hashing = 0;

  constructor(table: TokenTable, limiter: Limiter) {
    this.#table = table;
    this.#limiter = limiter;
  }

  /**
   * A right token of our own form is let in even while its address has to wait: nobody guesses 256 bits, and a loud
   * neighbour behind the same address locks nobody out. Nor is the token a guess by which a connection came in
   * (`current`, its id). Any other text is one, right or wrong.
   */
  check(text: string | undefined, address: string, { time, clock }: Moment, current?: string): Verdict {
    if (text === undefined || text === "") return this.refuse("missing");
    const found = this.#table.find(text, time);
    // The limiter is asked last: most tokens are right and ours (benchmark `token-check`).
    const isGuess = tokenIdOf(text) === null && !("holder" in found && found.holder.token === current);
    const waitMs = isGuess ? this.#limiter.waitMs([addressKey(address)], clock) : 0;
    if (waitMs > 0) return this.refuse("later", waitMs);
    if ("holder" in found) return this.#accept(found.holder);
    if (found.fault !== "unknown") return this.refuse(found.fault);
    return this.#guessed(keysOf(address, found.account), clock);
  }

  #guessed(keys: readonly string[], clock: number): Refused {
    const waitMs = this.#limiter.waitMs(keys, clock);
    if (waitMs > 0) return this.refuse("later", waitMs);
    this.#limiter.failed(keys, clock);
    return this.refuse("unknown");
  }

  /** The account whose password it is. Counted as wrong beforehand, since many may be tried at a time. */
  async checkPassword(name: string, password: string, address: string, { clock }: Moment): Promise<Account | Refused> {
    const keys = keysOf(address, name);
    const waitMs = this.#hashing < MAX_HASHING ? this.#limiter.waitMs(keys, clock) : BUSY_MS;
    if (waitMs > 0) return this.refuse("later", waitMs);
    this.#limiter.failed(keys, clock);
    const account = this.#table.account(name);
    this.#hashing++;
    const isRight = await isPassword(password, account?.password ?? NOBODY).finally(() => this.#hashing--);
    if (!isRight || account?.password === undefined) return this.refuse("unknown");
    this.#limiter.forgive(keys);
    this.counts.accepted++;
    return account;
  }

  wrong(address: string, { clock }: Moment): Refused {
    return this.#guessed([addressKey(address)], clock);
  }

  #accept(holder: Holder): Verdict {
    this.counts.accepted++;
    return { holder };
  }

  refuse(fault: AuthFault, waitMs?: number): Refused {
    this.counts[fault]++;
    return waitMs === undefined ? { fault } : { fault, waitMs };
  }
}

function keysOf(address: string, account: string | undefined): string[] {
  return account === undefined ? [addressKey(address)] : [addressKey(address), accountKey(account)];
}
