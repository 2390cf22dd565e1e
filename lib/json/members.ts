/**
 * The members of a JSON object as they stand in its text: in their order, each value to the byte. `JSON.parse` puts
 * names that look like integers first, and rounds numbers that a double cannot hold.
 */

export interface Member {
  readonly name: string;
  /** Both as they stand in the text. */
  readonly nameText: string;
  readonly valueText: string;
}

const QUOTE = '"';
const BACKSLASH = 0x5c;
const OPENING = new Set(["{", "["]);
const CLOSING = new Set(["}", "]"]);
const WHITE = new Set([" ", "\t", "\n", "\r"]);

/**
 * The text must be that of an object, which `JSON.parse` has taken. As there, of members with the same name the last
 * value counts, and the first place.
 */
export function membersOf(text: string): Member[] {
  const members = new Map<string, Member>();
  let at = skipWhite(text, text.indexOf("{") + 1);
  while (text[at] === QUOTE) {
    const nameEnd = endOfString(text, at);
    const nameText = text.slice(at, nameEnd);
    const valueStart = skipWhite(text, text.indexOf(":", nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const name = JSON.parse(nameText) as string;
    members.set(name, { name, nameText, valueText: text.slice(valueStart, valueEnd) });
    at = skipWhite(text, skipWhite(text, valueEnd) + 1);
  }
  return [...members.values()];
}

/** The same object without the members of one name; the others stay as they were written. */
export function withoutMember(text: string, name: string): string {
  const kept = membersOf(text).filter((member) => member.name !== name);
  return `{${kept.map(({ nameText, valueText }) => `${nameText}:${valueText}`).join(",")}}`;
}

function skipWhite(text: string, from: number): number {
  let at = from;
  while (WHITE.has(text[at]!)) at++;
  return at;
}

/** By `indexOf`, since an image is one long string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf(QUOTE, start + 1); at >= 0; at = text.indexOf(QUOTE, at + 1)) {
    if (!isEscaped(text, at)) return at + 1;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === QUOTE) return endOfString(text, start);
  return OPENING.has(text[start]!) ? endOfNested(text, start) : endOfPlain(text, start);
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === QUOTE) at = endOfString(text, at) - 1;
    else if (OPENING.has(character)) depth++;
    else if (CLOSING.has(character) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** A number, `true`, `false` or `null`. */
function endOfPlain(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "," && !CLOSING.has(text[at]!) && !WHITE.has(text[at]!)) at++;
  return at;
}
