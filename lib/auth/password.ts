/** Passwords: salted, hashed by scrypt, written as `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`. */
import { scrypt, timingSafeEqual } from "node:crypto";

interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

interface Hashed extends Cost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** 32 MiB and some 80 ms for each try. */
const COST: Cost = { logN: 15, r: 8, p: 1 };
const HASH_BYTES = 32;
const HASHED = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/;
const MAX_PASSWORD_LENGTH = 256;
const MIN_PASSWORD_LENGTH = 8;

export const SALT_BYTES = 16;
/** What an unknown name is checked against, so that it takes as long as a known one. */
export const NOBODY = `scrypt$15$8$1$${Buffer.alloc(SALT_BYTES).toString("base64")}$${Buffer.alloc(HASH_BYTES).toString("base64")}`;

/** Throws RangeError. */
export function checkPassword(password: unknown): string {
  if (
    typeof password === "string" &&
    password.length >= MIN_PASSWORD_LENGTH &&
    password.length <= MAX_PASSWORD_LENGTH
  ) {
    return password;
  }
  throw new RangeError(`"password" must have ${MIN_PASSWORD_LENGTH}..${MAX_PASSWORD_LENGTH} characters`);
}

export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const { logN, r, p } = COST;
  const hash = await derive(password, salt, COST);
  return ["scrypt", logN, r, p, Buffer.from(salt).toString("base64"), hash.toString("base64")].join("$");
}

export async function isPassword(password: string, hashed: string): Promise<boolean> {
  const known = parse(hashed);
  if (!known || password.length > MAX_PASSWORD_LENGTH) return false;
  const hash = await derive(password, known.salt, known);
  return hash.length === known.hash.length && timingSafeEqual(hash, known.hash);
}

function parse(hashed: string): Hashed | null {
  const parts = HASHED.exec(hashed);
  if (!parts) return null;
  const [, logN, r, p, salt, hash] = parts as unknown as [string, string, string, string, string, string];
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  return { ...cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

/** One form of each character: keyboards differ. */
function derive(password: string, salt: Uint8Array, { logN, r, p }: Cost): Promise<Buffer> {
  const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r * p };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, options, (fault, hash) =>
      fault ? reject(fault) : resolve(hash),
    );
  });
}
