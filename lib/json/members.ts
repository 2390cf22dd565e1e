/**
 * The members of a JSON object as they stand in its text: in their order, each value to the byte. `JSON.parse` puts
 * names that look like integers first, and rounds numbers that a double cannot hold.
 */

interface Member {
  readonly name: string;
  /** Both as they stand in the text. */
  readonly nameText: string;
  readonly valueText: string;
}

// By codes, since every robot's message is gone through twice (benchmark `robots`).
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** Of `{` and `[`, and of `}` and `]`: they differ in one bit. */
const OPENING = 0x7b;
const CLOSING = 0x7d;
const BRACE_BIT = 0x20;

/**
 * The text must be that of an object, which `JSON.parse` has taken. As there, of members with the same name the last
 * value counts, and the first place.
 */
export function membersOf(text: string): Member[] {
  const members = new Map<string, Member>();
  let at = skipWhite(text, text.indexOf("{") + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = endOfString(text, at);
    const nameText = text.slice(at, nameEnd);
    const valueStart = skipWhite(text, text.indexOf(":", nameEnd) + 1);
    const valueEnd = endOfValue(text, valueStart);
    const name = nameText.includes("\\") ? (JSON.parse(nameText) as string) : nameText.slice(1, -1);
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

/** Between the parts of a JSON text nothing else is so low. */
function skipWhite(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= SPACE) at++;
  return at;
}

function isOpening(code: number): boolean {
  return (code | BRACE_BIT) === OPENING;
}

function isClosing(code: number): boolean {
  return (code | BRACE_BIT) === CLOSING;
}

/** By `indexOf`, since an image is one long string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
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
  const code = text.charCodeAt(start);
  if (code === QUOTE) return endOfString(text, start);
  return isOpening(code) ? endOfNested(text, start) : endOfPlain(text, start);
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** A number, `true`, `false` or `null`. */
function endOfPlain(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code <= SPACE || isClosing(code)) return at;
  }
  return text.length;
}
