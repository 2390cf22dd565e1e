/** The rows of the registry's table: accounts and how their tokens stand; no digest, no password. */
import type { TokenRecord } from "../../lib/auth/token-table.ts";
import type { Book } from "./book.ts";

interface TokenRow {
  readonly id: string;
  readonly origin: TokenRecord["origin"];
  readonly state: "valid" | "expired" | "revoked";
  readonly isWeak: boolean;
  readonly created: number;
  readonly expires: number | null;
  readonly lastUsed: number | null;
}

interface AccountRow {
  readonly name: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly hasPassword: boolean;
  readonly created: number;
  /** Newest first. */
  readonly tokens: readonly TokenRow[];
  /** How many are signed in for a short time. */
  readonly signedIn: number;
}

/** Throws where the store is not ready. */
export function accountsOf(book: Book, now: number): AccountRow[] {
  book.ledger.checkReady();
  const { table } = book.ledger;
  return table.accounts().map(({ name, label, scopes, password, created }) => {
    const tokens = table.tokensOf(name);
    const lasting = tokens.filter(({ origin }) => origin !== "session");
    return {
      ...{ name, label, scopes, created, hasPassword: password !== undefined },
      tokens: lasting.map((record) => rowOf(book, record, now)).reverse(),
      signedIn: tokens.length - lasting.length,
    };
  });
}

function rowOf({ ledger, uses }: Book, record: TokenRecord, now: number): TokenRow {
  const { id, origin, created, expires, weak } = record;
  return {
    id,
    origin,
    state: stateOf(ledger.table.revokedAt(id), expires, now),
    isWeak: weak === true,
    created,
    expires,
    lastUsed: uses.lastUse(id),
  };
}

function stateOf(revokedAt: number | null, expires: number | null, now: number): TokenRow["state"] {
  if (revokedAt !== null) return "revoked";
  return expires !== null && expires <= now ? "expired" : "valid";
}
