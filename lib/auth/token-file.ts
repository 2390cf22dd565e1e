/** Reads the `{token: user}` file of a robot server that is to be replaced. No error quotes a token. */
import { readJsonObject } from "../json/safe-json.ts";
import { isId } from "../store/ids.ts";
import { MAX_TOKEN_LENGTH } from "./token.ts";

export interface TokenOfUser {
  readonly token: string;
  readonly user: string;
}

const MAX_ENTRIES = 10_000;

/** Throws RangeError. */
export function readTokenFile(text: string): TokenOfUser[] {
  const read = readJsonObject(text);
  if ("fault" in read) throw new RangeError(`it must be a JSON object {token: user} (${read.fault})`);
  const entries = Object.entries(read.value);
  if (entries.length > MAX_ENTRIES) throw new RangeError(`it must have ${MAX_ENTRIES} entries at most`);
  return entries.map(([token, user], index) => {
    if (token === "" || token.length > MAX_TOKEN_LENGTH) {
      throw new RangeError(`entry ${index + 1}: a token must have 1..${MAX_TOKEN_LENGTH} characters`);
    }
    if (!isId(user)) throw new RangeError(`entry ${index + 1}: a user must be 1..64 letters, digits or . _ : -`);
    return { token, user };
  });
}

/** A robot or device of this name, whichever its network: it publishes its own readings, and reads them. */
export function scopesOfImported(user: string): string[] {
  return [`publish:+/${user}/#`, `read:+/${user}/#`];
}
