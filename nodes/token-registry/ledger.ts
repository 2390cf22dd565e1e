/** The registry's book in the store: accounts, digests and revocations as keys, followed so that every process knows them. */
import type { Backend, KeyEvent } from "../../backends/backend.ts";
import { type Account, type TokenRecord, TokenTable } from "../../lib/auth/token-table.ts";

const ACCOUNT = "token.account.";
const TOKEN = "token.id.";
const REVOKED = "revoked.";

/** Called with the ids of tokens that no longer count, or that allow something else now: whoever came in by them must go. */
export type Ended = (tokens: readonly string[]) => void;

export class Ledger {
  readonly table = new TokenTable();
  readonly #ended: Ended;
  #backend: Backend | null = null;
  /** One change at a time: each looks at what the one before it left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(ended: Ended) {
    this.#ended = ended;
  }

  /** Throws while the table may not be complete. */
  checkReady(): Backend {
    if (!this.#backend) throw new Error("the store is not ready");
    return this.#backend;
  }

  /** Resolves when the table holds what the store has; goes on following until the signal. */
  async follow(backend: Backend, signal: AbortSignal, failed: (fault: Error) => void): Promise<void> {
    const found = await Promise.all([ACCOUNT, TOKEN, REVOKED].map((prefix) => backend.keys(prefix)));
    // What was removed while the store was away must not stay.
    this.table.clear();
    for (const event of found.flat()) this.#apply(event);
    if (signal.aborted) return;
    this.#backend = backend;
    for (const prefix of [ACCOUNT, TOKEN, REVOKED]) this.#watch(backend, prefix, signal).catch(failed);
  }

  async #watch(backend: Backend, prefix: string, signal: AbortSignal): Promise<void> {
    for await (const event of backend.watch(prefix, { signal })) this.#apply(event);
  }

  leave(): void {
    this.#backend = null;
  }

  /** Runs a change alone; throws where the store is not ready. */
  change<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => {});
    return done;
  }

  putAccount(account: Account): Promise<void> {
    return this.#put(ACCOUNT + account.name, account);
  }

  deleteAccount(name: string): Promise<void> {
    return this.#put(ACCOUNT + name, null);
  }

  /** With `ttlMs` the store forgets it by itself. */
  putToken(record: TokenRecord, ttlMs?: number): Promise<void> {
    return this.#put(TOKEN + record.id, record, ttlMs);
  }

  async deleteToken(id: string): Promise<void> {
    await this.#put(TOKEN + id, null);
    await this.#put(REVOKED + id, null);
  }

  putRevoked(id: string, at: number): Promise<void> {
    return this.#put(REVOKED + id, at);
  }

  async #put(key: string, value: unknown, ttlMs?: number): Promise<void> {
    await this.checkReady().put(key, value, ttlMs === undefined ? {} : { ttlMs });
    this.#apply({ key, value });
  }

  #apply({ key, value }: KeyEvent): void {
    if (key.startsWith(ACCOUNT)) this.#applyAccount(key.slice(ACCOUNT.length), value as Account | null);
    else if (key.startsWith(TOKEN)) this.#applyToken(key.slice(TOKEN.length), value as TokenRecord | null);
    else if (key.startsWith(REVOKED)) this.#applyRevoked(key.slice(REVOKED.length), value as number | null);
  }

  #applyAccount(name: string, account: Account | null): void {
    const before = this.table.account(name);
    if (account) this.table.setAccount(account);
    else this.table.deleteAccount(name);
    if (before && before.scopes.join() !== account?.scopes.join()) {
      this.#ended(this.table.tokensOf(name).map(({ id }) => id));
    }
  }

  #applyToken(id: string, record: TokenRecord | null): void {
    if (record) this.table.setToken(record);
    else {
      this.table.deleteToken(id);
      this.#ended([id]);
    }
  }

  #applyRevoked(id: string, at: number | null): void {
    const before = this.table.revokedAt(id);
    this.table.setRevoked(id, at);
    if (before === null && at !== null) this.#ended([id]);
  }
}
