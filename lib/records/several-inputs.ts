/** Values put together from several fields of a record: durations, hexadecimal groups, numbers in pieces. */
import { numberOf } from "./numbers.ts";
import { notANumber, quoted, type Reader, type Reject } from "./reader.ts";
import type { CombinedField, DurationField, DurationPart, HexField, NumberPart } from "./schema.ts";
import type { RejectedRecord } from "./split.ts";

const SECONDS: Readonly<Record<DurationPart, number>> = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

const DIGITS = /^\d+$/;
const HEX_DIGITS = /^[0-9A-Fa-f]+$/;
const WHOLE = /^[+-]?\d+$/;

export function durationReader({ parts = ["seconds"] }: DurationField, reject: Reject): Reader {
  return {
    inputs: parts.length,
    read(texts, at) {
      let seconds = 0;
      for (let index = 0; index < parts.length; index++) {
        const count = numberOf(texts[at + index]!);
        if (!(count >= 0)) return notANumber(texts[at + index]!, reject);
        seconds += count * SECONDS[parts[index]!];
      }
      return clockOf(Math.floor(seconds));
    },
  };
}

function clockOf(seconds: number): string {
  const two = (count: number) => String(count).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

export function hexReader(field: HexField, reject: Reject): Reader {
  const { inputs = 1, digits = 0, radix = 16 } = field;
  return {
    inputs,
    read(texts, at) {
      let joined = "";
      for (let index = at; index < at + inputs; index++) {
        const hex = hexOf(texts[index]!, radix);
        if (hex === null) return notANumber(texts[index]!, reject);
        joined += hex.padStart(digits, "0");
      }
      return grouped(joined, field);
    },
  };
}

/** Null where the text is no such number. */
function hexOf(text: string, radix: 10 | 16): string | null {
  if (radix === 16) return HEX_DIGITS.test(text) ? text.toUpperCase() : null;
  return DIGITS.test(text) ? BigInt(text).toString(16).toUpperCase() : null;
}

/** From the right, as digits of a number are grouped. */
function grouped(digits: string, { group = 2, separator = " " }: HexField): string {
  if (group === 0 || digits.length <= group) return digits;
  const first = digits.length % group || group;
  let text = digits.slice(0, first);
  for (let at = first; at < digits.length; at += group) text += separator + digits.slice(at, at + group);
  return text;
}

export function combinedReader(field: CombinedField, reject: Reject): Reader {
  const { parts = ["whole", "fraction", "sign"], digits = 0, negative = "-" } = field;
  const place = (part: NumberPart) => parts.indexOf(part);
  const [whole, fraction, sign] = [place("whole"), place("fraction"), place("sign")];
  return {
    inputs: parts.length,
    read(texts, at) {
      const given = texts[at + whole]!;
      if (!WHOLE.test(given)) return notANumber(given, reject);
      const decimals = fraction < 0 ? "0" : texts[at + fraction]!;
      if (!DIGITS.test(decimals)) return notANumber(decimals, reject);
      const isNegative = sign < 0 ? false : isMinus(texts[at + sign]!, negative, reject);
      if (typeof isNegative !== "boolean") return isNegative;
      return numberOfParts(given, decimals.padStart(digits, "0"), isNegative);
    },
  };
}

/** Read as digits, so that nothing is lost; a minus of the whole counts too, for -0 and 25 are -0.25. */
function numberOfParts(whole: string, fraction: string, isNegative: boolean): number {
  const isBelow = isNegative || whole.startsWith("-");
  return Number(`${isBelow ? "-" : ""}${whole.replace(/^[+-]/, "")}.${fraction}`) + 0;
}

const POSITIVE = new Set(["", "+", "0", "1"]);

function isMinus(text: string, negative: string, reject: Reject): boolean | RejectedRecord {
  if (text === negative || text === "-") return true;
  return POSITIVE.has(text) ? false : reject("unknown-code", `${quoted(text)} is no sign`);
}
