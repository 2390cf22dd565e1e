/** The form in which the messages of a user are queued for its relays (PROTOCOLS 5.1): `["user", "Field1", "value1", "user", …]`. */
import { membersOf } from "../json/members.ts";

/**
 * Every field behind the name of its user, in the order and to the byte as the object's text has them; null where it has
 * none. Of the text, only those count that `fields` has.
 */
export function flatListOfText(user: string, text: string, fields: object): string | null {
  const name = JSON.stringify(user);
  const members = membersOf(text).filter((member) => Object.hasOwn(fields, member.name));
  return listOf(members.map(({ nameText, valueText }) => `${name}, ${nameText}, ${valueText}`));
}

/** The same for an object whose text is not at hand: names that look like integers come first. */
export function flatListOf(user: string, fields: Readonly<Record<string, unknown>>): string | null {
  const name = JSON.stringify(user);
  return listOf(Object.entries(fields).map(([field, value]) => `${name}, ${spaced(field)}, ${spaced(value)}`));
}

function listOf(items: readonly string[]): string | null {
  return items.length === 0 ? null : `[${items.join(", ")}]`;
}

/** JSON with a space behind each comma and colon, as the programs of this system have always seen it. */
export function spaced(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${spaced(inner)}`)
    .join(", ")}}`;
}
