/** What can be done to the book from the editor: accounts, and their tokens minted, rotated, revoked. A token's text leaves here once, and stays nowhere. */
import { randomBytes } from "node:crypto";
import { checkPassword, hashPassword, SALT_BYTES } from "../../lib/auth/password.ts";
import { checkScopes } from "../../lib/auth/scopes.ts";
import { mintToken, TOKEN_BYTES } from "../../lib/auth/token.ts";
import type { Account, TokenRecord } from "../../lib/auth/token-table.ts";
import { isDevice, isId } from "../../lib/store/ids.ts";
import type { Ledger } from "./ledger.ts";
import { endSignIns } from "./sign-ins.ts";

export interface Minted {
  readonly token: string;
  readonly id: string;
  readonly expires: number | null;
}

/** What an account is made of, as it comes from outside. */
export interface Wanted {
  readonly name: unknown;
  readonly label?: unknown;
  readonly scopes?: unknown;
  readonly password?: unknown;
}

/** Two overlap while a device takes over the new one. */
const MAX_VALID = 2;
/** Revoked and expired tokens that stay to be looked at. */
const MAX_PAST = 5;
const MAX_ACCOUNTS = 10_000;
const MAX_LABEL_LENGTH = 200;

export class Desk {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Adds an account, or changes its label, scopes and password where they are given. Throws RangeError. */
  save(wanted: Wanted): Promise<Account> {
    return this.#ledger.change(async () => {
      const account = await this.#accountOf(wanted);
      await this.#keep(account, wanted);
      return account;
    });
  }

  async #keep(account: Account, { label, scopes, password }: Wanted): Promise<void> {
    if (![label, scopes, password].some(given)) return;
    await this.#ledger.putAccount(account);
    if (given(password)) await endSignIns(this.#ledger, account.name);
  }

  async #accountOf({ name, label, scopes, password }: Wanted): Promise<Account> {
    if (!isId(name) && !isDevice(name)) {
      throw new RangeError('"name" must be a user, 1..64 letters, digits or . _ : -, or a device <network>/<address>');
    }
    const known = this.#ledger.table.account(name);
    if (!known && this.#ledger.table.accounts().length >= MAX_ACCOUNTS) {
      throw new RangeError(`there are ${MAX_ACCOUNTS} accounts, no more are allowed`);
    }
    const hashed = given(password)
      ? await hashPassword(checkPassword(password), randomBytes(SALT_BYTES))
      : known?.password;
    return {
      name,
      label: given(label) ? String(label).slice(0, MAX_LABEL_LENGTH) : (known?.label ?? ""),
      scopes: given(scopes) ? checkScopes(scopes) : scopesOf(known, name),
      created: known?.created ?? Date.now(),
      ...(hashed !== undefined && { password: hashed }),
    };
  }

  /**
   * A further token beside the one that is valid, if any, of an account that is added or changed as by `save`. Refused, it
   * changes nothing. `expires`: milliseconds since 1970, null for never.
   */
  mint(wanted: Wanted, expires: number | null): Promise<Minted> {
    return this.#ledger.change(async () => {
      const account = await this.#accountOf(wanted);
      const { name } = account;
      if (this.#valid(name).length >= MAX_VALID) {
        throw new RangeError(`"${name}" has ${MAX_VALID} valid tokens: revoke one first`);
      }
      await this.#keep(account, wanted);
      return this.#mint(name, expires);
    });
  }

  /** A new token; what was valid goes on for so long, and the older of two ends at once. */
  rotate(name: string, expires: number | null, overlapMs: number): Promise<Minted> {
    return this.#ledger.change(async () => {
      this.#known(name);
      const valid = this.#valid(name);
      const until = Date.now() + overlapMs;
      const staying = overlapMs > 0 ? valid.at(-1) : undefined;
      for (const record of valid) if (record !== staying) await this.#revoke(record.id);
      if (staying && (staying.expires === null || staying.expires > until)) {
        await this.#ledger.putToken({ ...staying, expires: until });
      }
      return this.#mint(name, expires);
    });
  }

  /** Ends a token for ever. */
  revoke(id: string): Promise<void> {
    return this.#ledger.change(async () => {
      if (!this.#ledger.table.token(id)) throw new RangeError("there is no such token");
      await this.#revoke(id);
    });
  }

  /** Removes an account with all its tokens. */
  remove(name: string): Promise<void> {
    return this.#ledger.change(async () => {
      this.#known(name);
      await this.#ledger.deleteAccount(name);
      for (const { id } of this.#ledger.table.tokensOf(name)) await this.#ledger.deleteToken(id);
    });
  }

  #known(name: string): void {
    if (!this.#ledger.table.account(name)) throw new RangeError(`there is no account "${name}"`);
  }

  /** Of those that are kept for long. */
  #valid(name: string): TokenRecord[] {
    const now = Date.now();
    const { table } = this.#ledger;
    return table.tokensOf(name).filter(({ id, origin }) => origin !== "session" && table.holderOf(id, now) !== null);
  }

  async #mint(account: string, expires: number | null): Promise<Minted> {
    const { id, text, digest } = mintToken(randomBytes(TOKEN_BYTES));
    const created = Date.now();
    await this.#ledger.putToken({ id, account, digest, created, expires, origin: "minted" });
    await this.#prune(account);
    return { token: text, id, expires };
  }

  async #revoke(id: string): Promise<void> {
    await this.#ledger.putRevoked(id, Date.now());
    await endSignIns(this.#ledger, this.#ledger.table.token(id)!.account, id);
  }

  /** An imported one stays: its file would bring it back. */
  async #prune(name: string): Promise<void> {
    const now = Date.now();
    const { table } = this.#ledger;
    const past = table
      .tokensOf(name)
      .filter(({ id, origin }) => origin === "minted" && table.holderOf(id, now) === null);
    for (const { id } of past.slice(0, -MAX_PAST)) await this.#ledger.deleteToken(id);
  }
}

function given(field: unknown): boolean {
  return field !== undefined && field !== null && field !== "";
}

/** As it is; whoever is new must be given some, be it none. */
function scopesOf(known: Account | undefined, name: string): readonly string[] {
  if (!known) throw new RangeError(`there is no account "${name}": a new one needs scopes`);
  return known.scopes;
}
