/** The text of a token: `gatehouse_<id>_<secret>`; the id is public and finds the digest, the secret is 256 random bits. */
import { hash } from "node:crypto";

const PREFIX = "gatehouse_";
const ID_BYTES = 8;
const SECRET_BYTES = 32;
/** So many base62 digits hold the bytes, whatever they are. */
const ID_LENGTH = 11;
const SECRET_LENGTH = 43;
const TOKEN_LENGTH = PREFIX.length + ID_LENGTH + 1 + SECRET_LENGTH;
const ID_END = PREFIX.length + ID_LENGTH;
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = 62n;

/** How many random bytes a token is made of. */
export const TOKEN_BYTES = ID_BYTES + SECRET_BYTES;
/** Nothing longer is looked at; imported tokens may be shorter than ours. */
export const MAX_TOKEN_LENGTH = 256;

interface MintedToken {
  readonly id: string;
  /** Shown once, kept nowhere. */
  readonly text: string;
  /** base64 of SHA-256. */
  readonly digest: string;
}

export function mintToken(random: Uint8Array): MintedToken {
  if (random.length !== TOKEN_BYTES) throw new RangeError(`a token is made of ${TOKEN_BYTES} random bytes`);
  const id = newTokenId(random);
  const text = `${PREFIX}${id}_${base62(random.subarray(ID_BYTES), SECRET_LENGTH)}`;
  return { id, text, digest: digestOf(text) };
}

/** For a token that came from elsewhere: nothing of its text may stand in its id. */
export function newTokenId(random: Uint8Array): string {
  return base62(random.subarray(0, ID_BYTES), ID_LENGTH);
}

/**
 * The id of a text that has our form, else null: an imported token, or none at all. Its digits are left to the digest,
 * which no others fit (benchmark `token-check`).
 */
export function tokenIdOf(text: string): string | null {
  const isOurs = text.length === TOKEN_LENGTH && text.startsWith(PREFIX) && text[ID_END] === "_";
  return isOurs ? text.slice(PREFIX.length, ID_END) : null;
}

/** What is kept of a token, as base64: text is made in a third of the time of a Buffer. 256 random bits need no salt. */
export function digestOf(text: string): string {
  return hash("sha256", text, "base64");
}

export const DIGEST_LENGTH = 44;

function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (let n = 0; n < length; n++) {
    text = DIGITS[Number(rest % BASE)] + text;
    rest /= BASE;
  }
  return text;
}
