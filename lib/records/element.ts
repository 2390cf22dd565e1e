/** A reading in the discrete form of PROTOCOLS 3.3 and 4: `{"Element":"Speed","Data":"2"}`, always correct JSON. */
import { jsonText } from "../sse/json-value.ts";
import { elementOfType } from "./element-names.ts";

export interface Element {
  readonly Element: string;
  readonly Data: string;
}

/** Types whose opening is remembered; a board has some hundred, an attacker must not make them many. */
const MAX_OPENINGS = 20_000;
const openings = new Map<string, string>();

/** Anything else stands in a JSON text as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** What an element says of a value: a text as it is, a number in digits, anything else as JSON. */
export function dataText(value: unknown): string {
  return typeof value === "string" ? value : jsonText(value);
}

export function elementOf(type: string, value: unknown): Element {
  return { Element: elementOfType(type), Data: dataText(value) };
}

export function elementText(type: string, value: unknown): string {
  return closeElement(openingOf(type), value);
}

/** The text up to the value. */
export function openingOf(type: string): string {
  const known = openings.get(type);
  if (known !== undefined) return known;
  const opening = `{"Element":${JSON.stringify(elementOfType(type))},"Data":"`;
  if (openings.size >= MAX_OPENINGS) openings.clear();
  openings.set(type, opening);
  return opening;
}

/** Only what needs it is escaped: most values are numbers, or words of a table. */
export function closeElement(opening: string, value: unknown): string {
  const data = dataText(value);
  return ESCAPED.test(data) ? `${opening}${JSON.stringify(data).slice(1)}}` : `${opening}${data}"}`;
}
