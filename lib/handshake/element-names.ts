/** The name of an element as the type of a reading, and back: what a topic cannot have is percent-encoded. */

const UNFIT = /[^A-Za-z0-9._:-]/gu;
/** The longest type that a store takes. */
const MAX_TYPE_LENGTH = 64;

/** Null where the encoded name is too long for a type. */
export function typeOfElement(name: string): string | null {
  const type = name.replace(UNFIT, percentEncoded);
  return type.length > 0 && type.length <= MAX_TYPE_LENGTH ? type : null;
}

/** A type that is no encoded name stays as it is. */
export function elementOfType(type: string): string {
  if (!type.includes("%")) return type;
  try {
    return decodeURIComponent(type);
  } catch {
    return type;
  }
}

function percentEncoded(character: string): string {
  const bytes = Buffer.from(character);
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
