/** The byte sequences that may end a message, and which of them ends one where several could. */
import { parseEscapes } from "./escapes.ts";

const MAX_TERMINATORS = 16;
const MAX_TERMINATOR_BYTES = 64;

/** Longest first, so that the first that fits is the one that counts. */
export type Terminators = readonly Buffer[];

/** A line ends at LF; a CR before it belongs to the end. */
export const LINE_ENDS: Terminators = [Buffer.from("\r\n"), Buffer.from("\n")];

/** Parted by blanks, each with escapes; throws RangeError with the reason. */
export function parseTerminators(text: string): Terminators {
  const words = text.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0 || words.length > MAX_TERMINATORS) throw new RangeError(`must be 1..${MAX_TERMINATORS}`);
  const ends = words.map(parseEscapes);
  const long = words.find((_, index) => ends[index]!.length > MAX_TERMINATOR_BYTES);
  if (long !== undefined) throw new RangeError(`${long} is longer than ${MAX_TERMINATOR_BYTES} bytes`);
  refuseUseless(words, ends);
  return ends.toSorted((one, other) => other.length - one.length);
}

/** A message ends as soon as it can: what holds another terminator before its own last byte never gets its turn. */
function refuseUseless(words: readonly string[], ends: readonly Buffer[]): void {
  ends.forEach((end, index) => {
    const body = end.subarray(0, -1);
    const other = ends.findIndex((one) => body.includes(one));
    if (other !== -1) throw new RangeError(`${words[index]} can end no message: ${words[other]} in it ends it before`);
  });
}
