/** Tokens for who lives in this process: minted when asked for, kept in memory alone, gone with the process at the latest. */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { digestOf, mintToken, TOKEN_BYTES, tokenIdOf } from "../../lib/auth/token.ts";
import type { Holder } from "../../lib/auth/token-table.ts";

export interface LentToken {
  readonly text: string;
  /** Idempotent. */
  end(): void;
}

/** By the token's id. */
const lent = new Map<string, { readonly holder: Holder; readonly digest: string }>();

/** For an account that no registry need have. */
export function lendToken(account: string, scopes: readonly string[]): LentToken {
  const { id, text, digest } = mintToken(randomBytes(TOKEN_BYTES));
  lent.set(id, { holder: { account, scopes, token: id, expires: null }, digest });
  return { text, end: () => void lent.delete(id) };
}

/** Null where it is none of them. */
export function lentHolder(text: string | undefined): Holder | null {
  const id = lent.size === 0 || text === undefined ? null : tokenIdOf(text);
  const found = id === null ? undefined : lent.get(id);
  if (!found) return null;
  return timingSafeEqual(Buffer.from(found.digest), Buffer.from(digestOf(text!))) ? found.holder : null;
}

/** Who came in by one of them earlier; null where it no longer counts. */
export function lentHolderOf(id: string): Holder | null {
  return lent.get(id)?.holder ?? null;
}

export function isLentTo(account: string): boolean {
  for (const { holder } of lent.values()) if (holder.account === account) return true;
  return false;
}
