/** Who holds which token: accounts, digests of their tokens, and what was revoked; answers whose a text is. */
import { timingSafeEqual } from "node:crypto";
import { DIGEST_LENGTH, digestOf, MAX_TOKEN_LENGTH, tokenIdOf } from "./token.ts";

export interface Account {
  /** A user's is an id; a device's is `<network>/<address>`. */
  readonly name: string;
  readonly label: string;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Salted and hashed. */
  readonly password?: string;
}

export interface TokenRecord {
  readonly id: string;
  readonly account: string;
  /** base64 of SHA-256. */
  readonly digest: string;
  readonly created: number;
  /** Null where it stays. */
  readonly expires: number | null;
  /** How it came to be; a `session` token is given out against a password or another token, for a short time. */
  readonly origin: "minted" | "imported" | "session";
  /** The token that a session token was given out against; it ends with it. */
  readonly parent?: string;
  /** Short enough to be guessed by who may try for long. */
  readonly weak?: true;
}

/** The authenticated holder of a token. */
export interface Holder {
  readonly account: string;
  readonly scopes: readonly string[];
  /** The token's id, never its text. */
  readonly token: string;
  readonly expires: number | null;
}

export type TokenFault = "unknown" | "expired" | "revoked";
export type Found = { readonly holder: Holder } | { readonly fault: TokenFault; readonly account?: string };

interface Known {
  readonly record: TokenRecord;
  readonly digest: Buffer;
  holder: Holder | null;
}

const UNKNOWN: Found = { fault: "unknown" };

export class TokenTable {
  readonly #accounts = new Map<string, Account>();
  readonly #tokens = new Map<string, Known>();
  /** Imported tokens carry no id: they are found by their digest. */
  readonly #byDigest = new Map<string, string>();
  readonly #revoked = new Map<string, number>();
  /** One for all, so that a check makes no Buffer (benchmark `token-check`). */
  readonly #presented = Buffer.alloc(DIGEST_LENGTH);

  /** Time: milliseconds since 1970. A revoked or expired token says so only to who has its whole text. */
  find(text: string, now: number): Found {
    if (text === "" || text.length > MAX_TOKEN_LENGTH) return UNKNOWN;
    const digest = digestOf(text);
    const id = tokenIdOf(text) ?? this.#byDigest.get(digest);
    const known = id === undefined ? undefined : this.#tokens.get(id);
    if (!known) return UNKNOWN;
    this.#presented.write(digest, "latin1");
    if (!timingSafeEqual(known.digest, this.#presented)) return { fault: "unknown", account: known.record.account };
    return this.#standing(known, now);
  }

  /** Who came in by a token earlier; null where it no longer counts. */
  holderOf(id: string, now: number): Holder | null {
    const known = this.#tokens.get(id);
    const standing = known ? this.#standing(known, now) : UNKNOWN;
    return "holder" in standing ? standing.holder : null;
  }

  #standing(known: Known, now: number): Found {
    const { record } = known;
    known.holder ??= this.#holderOf(record);
    if (known.holder === null) return UNKNOWN;
    if (this.#revoked.has(record.id)) return { fault: "revoked", account: record.account };
    if (record.expires !== null && record.expires <= now) return { fault: "expired", account: record.account };
    return { holder: known.holder };
  }

  #holderOf({ id, account, expires }: TokenRecord): Holder | null {
    const owner = this.#accounts.get(account);
    return owner ? { account, scopes: owner.scopes, token: id, expires } : null;
  }

  setAccount(account: Account): void {
    this.#accounts.set(account.name, account);
    this.#forgetHolders(account.name);
  }

  deleteAccount(name: string): void {
    this.#accounts.delete(name);
    this.#forgetHolders(name);
  }

  #forgetHolders(name: string): void {
    for (const known of this.#tokens.values()) if (known.record.account === name) known.holder = null;
  }

  setToken(record: TokenRecord): void {
    this.deleteToken(record.id);
    this.#tokens.set(record.id, { record, digest: Buffer.from(record.digest, "latin1"), holder: null });
    if (record.origin === "imported") this.#byDigest.set(record.digest, record.id);
  }

  deleteToken(id: string): void {
    const known = this.#tokens.get(id);
    this.#tokens.delete(id);
    if (known) this.#byDigest.delete(known.record.digest);
  }

  /** `at`: milliseconds since 1970; null takes it back. */
  setRevoked(id: string, at: number | null): void {
    if (at === null) this.#revoked.delete(id);
    else this.#revoked.set(id, at);
  }

  clear(): void {
    for (const part of [this.#accounts, this.#tokens, this.#byDigest, this.#revoked]) part.clear();
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#accounts.size;
  }

  account(name: string): Account | undefined {
    return this.#accounts.get(name);
  }

  accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  token(id: string): TokenRecord | undefined {
    return this.#tokens.get(id)?.record;
  }

  /** Oldest first. */
  tokensOf(account: string): TokenRecord[] {
    const records = [...this.#tokens.values()].map(({ record }) => record);
    return records.filter((record) => record.account === account).sort((a, b) => a.created - b.created);
  }

  isImported(digest: string): boolean {
    return this.#byDigest.has(digest);
  }

  revokedAt(id: string): number | null {
    return this.#revoked.get(id) ?? null;
  }

  /** Those whose time ended after `from`, up to `to`. */
  expiredBetween(from: number, to: number): string[] {
    const records = [...this.#tokens.values()].map(({ record }) => record);
    return records.filter(({ expires }) => expires !== null && expires > from && expires <= to).map(({ id }) => id);
  }
}
