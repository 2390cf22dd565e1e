/** A registry at work: its ledger in the store, its gate, and when each token was last used. */
import type { Backend } from "../../backends/backend.ts";
import { Gate, type Moment, type Refused, type Verdict } from "../../lib/auth/gate.ts";
import type { Limiter } from "../../lib/auth/limiter.ts";
import { isNamed } from "../../lib/auth/names.ts";
import { tokenIdOf } from "../../lib/auth/token.ts";
import type { Holder } from "../../lib/auth/token-table.ts";
import { isLentTo, lentHolder, lentHolderOf } from "../shared/lent-tokens.ts";
import { Desk, type Minted } from "./desk.ts";
import { importTokens } from "./import-tokens.ts";
import { Ledger } from "./ledger.ts";
import { signIn } from "./sign-ins.ts";
import { UseLog } from "./use-log.ts";

export interface BookState {
  readonly isReady: boolean;
  /** Why it is not, or what is wrong with the file of tokens. */
  readonly fault?: string;
}

export interface BookListener {
  /** Called at once with the present state. */
  state?(state: BookState): void;
  /** Ids of tokens that no longer count: whoever came in by them must go. */
  ended?(tokens: readonly string[]): void;
}

interface BookOptions {
  /** Keeps apart what several processes write. */
  readonly gateway: string;
  /** A `{token: user}` file to import; empty for none. */
  readonly tokensFile: string;
  readonly signInMs: number;
}

/** Expired tokens are noticed within so long by those who came in by them. */
const SWEEP_MS = 1000;

export class Book {
  readonly ledger = new Ledger((tokens) => this.#end(tokens));
  readonly desk = new Desk(this.ledger);
  readonly uses: UseLog;
  readonly gate: Gate;
  readonly #options: BookOptions;
  readonly #listeners = new Set<BookListener>();
  readonly #sweep: NodeJS.Timeout;
  #state: BookState = { isReady: false };
  #abort = new AbortController();
  #followed: Backend | null = null;
  #sweptAt = Date.now();

  constructor(options: BookOptions, limiter: Limiter) {
    this.#options = options;
    this.gate = new Gate(this.ledger.table, limiter);
    this.uses = new UseLog(options.gateway, (id) => this.ledger.table.token(id) !== undefined);
    this.#sweep = setInterval(() => this.#endExpired(), SWEEP_MS).unref();
  }

  subscribe(listener: BookListener): () => void {
    this.#listeners.add(listener);
    listener.state?.(this.#state);
    return () => void this.#listeners.delete(listener);
  }

  #show(state: BookState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener.state?.(state);
  }

  #end(tokens: readonly string[]): void {
    if (tokens.length > 0) for (const listener of [...this.#listeners]) listener.ended?.(tokens);
  }

  #endExpired(): void {
    const now = Date.now();
    this.#end(this.ledger.table.expiredBetween(this.#sweptAt, now));
    this.#sweptAt = now;
  }

  /** Takes up a store that is ready. Rejects where it cannot be read. */
  async follow(backend: Backend): Promise<void> {
    if (this.#followed === backend) return;
    this.#followed = backend;
    const { signal } = this.#abort;
    await this.uses.follow(backend);
    await this.ledger.follow(backend, signal, (fault) => this.fail(fault.message));
    if (signal.aborted) return;
    const fault = await this.#import();
    if (!signal.aborted) this.#show(fault === undefined ? { isReady: true } : { isReady: true, fault });
  }

  async #import(): Promise<string | undefined> {
    if (this.#options.tokensFile === "") return undefined;
    try {
      await importTokens(this.ledger, this.#options.tokensFile);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** The store is not there: nobody is let in. */
  fail(fault: string): void {
    // A store that closes still takes it.
    void this.uses.flush().catch(() => {});
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#followed = null;
    this.ledger.leave();
    this.#show(fault === "" ? { isReady: false } : { isReady: false, fault });
  }

  /** `current`: the id of the token by which a connection came in already. */
  check(token: string | undefined, address: string, current?: string): Verdict {
    if (!this.#state.isReady) return this.gate.refuse("unready");
    const lent = lentHolder(token);
    if (lent) return { holder: lent };
    const moment = now();
    const verdict = this.gate.check(token, address, moment, current);
    if ("holder" in verdict) this.uses.used(verdict.holder.token, moment.time);
    return verdict;
  }

  /** Whether it is known that there is no account at all. */
  get isEmpty(): boolean {
    return this.#state.isReady && this.ledger.table.size === 0;
  }

  /** Who came in by a token earlier; null where it no longer counts. */
  holderOf(id: string): Holder | null {
    return lentHolderOf(id) ?? this.ledger.table.holderOf(id, Date.now());
  }

  /** A guess at something that is kept elsewhere was wrong, or would come too soon. */
  refuseGuess(address: string): Refused {
    return this.gate.wrong(address, now());
  }

  /** A session token against a user's password, or against a token that bears this name. */
  async signIn(name: string, secret: string, address: string): Promise<Minted | Refused> {
    if (!this.#state.isReady) return this.gate.refuse("unready");
    const hasPassword = this.ledger.table.account(name)?.password !== undefined;
    if (tokenIdOf(secret) === null && (hasPassword || !this.#isName(name))) {
      const account = await this.gate.checkPassword(name, secret, address, now());
      return "fault" in account ? account : signIn(this.ledger, account.name, this.#options.signInMs);
    }
    const verdict = this.check(secret, address);
    if ("fault" in verdict) return verdict;
    return isNamed(verdict.holder.account, name) ? this.renew(verdict.holder) : this.refuseGuess(address);
  }

  /** Whether somebody here has this name: a user, or a device by its address. */
  knows(name: string): boolean {
    return this.#isName(name) || isLentTo(name);
  }

  #isName(name: string): boolean {
    return this.ledger.table.accounts().some((account) => isNamed(account.name, name));
  }

  /** A session token for who holds a token already; it ends with that one. */
  renew(holder: Holder): Promise<Minted> {
    return signIn(this.ledger, holder.account, this.#options.signInMs, holder.token);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.uses.flush().catch(() => {});
    this.#abort.abort();
    this.#listeners.clear();
  }
}

function now(): Moment {
  return { time: Date.now(), clock: performance.now() };
}
