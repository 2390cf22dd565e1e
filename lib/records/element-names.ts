/** The name of an element as the type of a reading, and back: what a topic cannot have is percent-encoded. */
import { isType } from "../store/ids.ts";

const UNFIT = /[^A-Za-z0-9._:-]/gu;
/** Null where no type can be so long, or is called so. */
export function typeOfElement(name: string): string | null {
  const type = name.replace(UNFIT, percentEncoded);
  return isType(type) ? type : null;
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
