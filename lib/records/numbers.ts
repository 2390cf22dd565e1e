/** Numbers of a record: read from text, scaled, rounded, pointed to a compass. */

export const COMPASS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW".split(" ");
const CIRCLE = 360;
/** Beyond these a double's digits are those of its own making. */
const SOUND_DIGITS = 15;

/** Digits, a point, an exponent; JavaScript's other ways of writing a number are none here. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Halves, quarters and so on. */
const EXACT_PARTS = 1024;
const EXACT_LIMIT = 2 ** 20;

const ZERO = 0x30;
/** A double holds all whole numbers of so many digits, and they are most of what boards send. */
const PLAIN_DIGITS = 9;

/** NaN where the text is no number. Digits alone are read without a regular expression (bench `record-4-elements`). */
export function numberOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > PLAIN_DIGITS) return decimalOf(text);
  let number = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return decimalOf(text);
    number = number * 10 + digit;
  }
  return number;
}

function decimalOf(text: string): number {
  const number = DECIMAL.test(text) ? Number(text) : Number.NaN;
  // Minus zero would be written without its sign, and compare as another value.
  return Number.isFinite(number) ? number + 0 : Number.NaN;
}

interface Scale {
  readonly scale?: number;
  readonly offset?: number;
}

/** number × scale + offset, without the digits that a double adds of itself: 0.1 × 3 is 0.3, not 0.30000000000000004. */
export function scaler({ scale = 1, offset = 0 }: Scale): (number: number) => number {
  if (scale === 1 && offset === 0) return (number) => number;
  // Nothing to clean where doubles hold both exactly; cleaning costs more than all else (bench `record-4-elements`).
  if (isExact(scale) && isExact(offset)) return (number) => number * scale + offset;
  return (number) => Number((number * scale + offset).toPrecision(SOUND_DIGITS));
}

/** Sums and products of such numbers are exact, as long as they are of a board's size. */
function isExact(number: number): boolean {
  return Number.isInteger(number * EXACT_PARTS) && Math.abs(number) < EXACT_LIMIT;
}

export function rounder(decimals: number | undefined): (number: number) => number {
  if (decimals === undefined) return (number) => number;
  return (number) => Number(number.toFixed(decimals)) + 0;
}

/** Which of the sixteen points: 330 degrees are the last, `NNW`. */
export function compassPoint(degrees: number): number {
  const turned = ((degrees % CIRCLE) + CIRCLE) % CIRCLE;
  return Math.round((turned * COMPASS.length) / CIRCLE) % COMPASS.length;
}
