/** The one token that `npm start` mints at its first start, into a file that only its owner can read. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const REGISTRY = "gatehouse-tokens";
const ACCOUNT = "gatehouse-admin";
const STARTING = 503;

/** The token of an earlier start, where its file is still there. */
export function keptToken(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
}

/** Mints where neither file nor account is there yet. Resolves to whether that is settled: the registry may still be starting. */
export async function mintAdminToken(origin: string, path: string): Promise<boolean> {
  if (existsSync(path)) return true;
  const table = `${origin}/gatehouse/token-registry/${REGISTRY}`;
  const accounts = await fetch(table).catch(() => null);
  if (!accounts || accounts.status === STARTING) return false;
  // Flows of one's own may have no registry, or an editor with a password.
  if (!accounts.ok) return true;
  const known = (await accounts.json()) as { name: string }[];
  if (known.some(({ name }) => name === ACCOUNT)) return true;
  const account = { name: ACCOUNT, label: "minted at the first start", scopes: ["admin"] };
  const { token } = await post(`${table}/mint`, account);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: "wx" });
  return true;
}

async function post(url: string, body: object): Promise<{ token: string }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { token: string };
}
