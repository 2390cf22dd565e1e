/** Takes over the tokens of an existing robot server: their digests only. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { digestOf, newTokenId, TOKEN_BYTES, tokenIdOf } from "../../lib/auth/token.ts";
import { readTokenFile, scopesOfImported, type TokenOfUser } from "../../lib/auth/token-file.ts";
import type { Ledger } from "./ledger.ts";

/** Shorter ones can be found by trying. */
const WEAK_BELOW = 22;

/** How many of the file's tokens were new; those known already, revoked ones too, stay as they are. Throws RangeError. */
export async function importTokens(ledger: Ledger, path: string): Promise<number> {
  const entries = await read(path);
  return ledger.change(async () => {
    let added = 0;
    for (const entry of entries) if (await importOne(ledger, entry)) added++;
    return added;
  });
}

async function read(path: string): Promise<TokenOfUser[]> {
  try {
    return readTokenFile(await readFile(path, "utf8"));
  } catch (error) {
    throw new RangeError(`"tokensFile" ${path}: ${(error as Error).message}`);
  }
}

async function importOne(ledger: Ledger, { token, user }: TokenOfUser): Promise<boolean> {
  const { table } = ledger;
  const digest = digestOf(token);
  const id = tokenIdOf(token) ?? newTokenId(randomBytes(TOKEN_BYTES));
  if (table.isImported(digest) || table.token(id)) return false;
  const created = Date.now();
  if (!table.account(user)) await ledger.putAccount({ name: user, label: "", scopes: scopesOfImported(user), created });
  const record = {
    id,
    account: user,
    digest,
    created,
    expires: null,
    origin: "imported",
  } as const;
  await ledger.putToken(token.length < WEAK_BELOW ? { ...record, weak: true } : record);
  return true;
}
