/** Cuts a record's text into fields: commas part them, quotes around one are optional (PROTOCOLS 4). */

const QUOTE = 0x22;
const COMMA = 0x2c;
const SPACE = 0x20;

export const UNCLOSED = -1;

/**
 * Appends the text of the field that begins at `at`. Gives where the next one begins, beyond the text's end after the
 * last; UNCLOSED where a quoted field has no end. Blanks around a field are not its own, except within quotes.
 */
export function cutField(text: string, at: number, fields: string[]): number {
  const begin = skipBlanks(text, at);
  if (text.charCodeAt(begin) === QUOTE) return cutQuoted(text, begin + 1, fields);
  const comma = text.indexOf(",", begin);
  const end = comma < 0 ? text.length : comma;
  fields.push(trimmed(text, begin, end));
  return end + 1;
}

/** All that is left, commas and all; quotes around the whole of it are not its own. */
export function cutRest(text: string, at: number): string {
  const fields: string[] = [];
  return cutField(text, at, fields) > text.length ? fields[0]! : trimmed(text, skipBlanks(text, at), text.length);
}

/**
 * A quote ends the field where a comma or the record's end follows; `""` stands for one quote. Boards that write quotes
 * into a value as they are get them too: any other quote is the value's, and so is the first of a last `""`.
 */
function cutQuoted(text: string, begin: number, fields: string[]): number {
  let loose = -1;
  let from = begin;
  let hasDoubled = false;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return loose < 0 ? UNCLOSED : closeAt(text, begin, loose, fields, hasDoubled);
    const isDoubled = text.charCodeAt(quote + 1) === QUOTE;
    if (!isDoubled && endsField(text, quote + 1)) return closeAt(text, begin, quote, fields, hasDoubled);
    if (isDoubled && loose < 0 && endsField(text, quote + 2)) loose = quote + 1;
    hasDoubled ||= isDoubled;
    from = quote + (isDoubled ? 2 : 1);
  }
}

function closeAt(text: string, begin: number, quote: number, fields: string[], hasDoubled: boolean): number {
  const value = text.slice(begin, quote);
  fields.push(hasDoubled ? value.replaceAll('""', '"') : value);
  return skipBlanks(text, quote + 1) + 1;
}

function endsField(text: string, at: number): boolean {
  const next = skipBlanks(text, at);
  return next >= text.length || text.charCodeAt(next) === COMMA;
}

/** Line breaks are blanks here too: a board may end its record with one. */
function skipBlanks(text: string, at: number): number {
  let next = at;
  while (text.charCodeAt(next) <= SPACE) next++;
  return next;
}

function trimmed(text: string, begin: number, end: number): string {
  let last = end;
  while (last > begin && text.charCodeAt(last - 1) <= SPACE) last--;
  return text.slice(begin, last);
}
