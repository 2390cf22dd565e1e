/** Session tokens: given out against a password or a token, for a short time. */
import { randomBytes } from "node:crypto";
import { mintToken, TOKEN_BYTES } from "../../lib/auth/token.ts";
import type { TokenRecord } from "../../lib/auth/token-table.ts";
import type { Minted } from "./desk.ts";
import type { Ledger } from "./ledger.ts";

/** Of one account at a time; a further one ends the oldest. */
const MAX_SIGN_INS = 100;

/** A token that ends by itself soon, and with the token (`parent`) it is given out against. */
export function signIn(ledger: Ledger, account: string, ttlMs: number, parent?: string): Promise<Minted> {
  return ledger.change(async () => {
    const present = signInsOf(ledger, account);
    if (present.length >= MAX_SIGN_INS) await ledger.deleteToken(present[0]!.id);
    const { id, text, digest } = mintToken(randomBytes(TOKEN_BYTES));
    const now = Date.now();
    const end = parent === undefined ? null : (ledger.table.token(parent)?.expires ?? null);
    const expires = end === null ? now + ttlMs : Math.min(now + ttlMs, end);
    const record = {
      id,
      account,
      digest,
      created: now,
      expires,
      origin: "session",
    } as const;
    await ledger.putToken(parent === undefined ? record : { ...record, parent }, expires - now);
    return { token: text, id, expires };
  });
}

/** Of an account, or only those given out against one token. */
export async function endSignIns(ledger: Ledger, account: string, parent?: string): Promise<void> {
  for (const record of signInsOf(ledger, account)) {
    if (parent === undefined || record.parent === parent) await ledger.deleteToken(record.id);
  }
}

function signInsOf(ledger: Ledger, account: string): TokenRecord[] {
  return ledger.table.tokensOf(account).filter(({ origin }) => origin === "session");
}
