/**
 * The three characters of a data type as the type of a reading, and back. They may be any printable ASCII, a part of a
 * topic may not: what does not fit is percent-encoded, `O2%` as `O2%25`.
 */

const UNFIT = /[^A-Za-z0-9._:-]/g;
const ENCODED = /%([0-9A-Fa-f]{2})/g;

export function typeOfWire(name: string): string {
  return name.replace(UNFIT, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

export function wireOfType(type: string): string {
  return type.replace(ENCODED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
