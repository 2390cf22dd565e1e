/** Sequences are kept by their low 32 bits: where the upper half of a series' sequences changes is noted here. */

export const HIGH = 2 ** 32;

/** The last sample before a change of the upper half; indexes count from the oldest sample. */
interface Turn {
  readonly index: number;
  readonly sequence: number;
}

export type Turns = readonly Turn[] | null;

export function addTurn(turns: Turns, last: Turn, next: number): Turns {
  if (Math.floor(next / HIGH) === Math.floor(last.sequence / HIGH)) return turns;
  return [...(turns ?? []), last];
}

/** When the oldest sample has gone. */
export function turnsAfterFirst(turns: readonly Turn[]): Turns {
  const left = turns.map(({ index, sequence }) => ({ index: index - 1, sequence })).filter(({ index }) => index >= 0);
  return left.length > 0 ? left : null;
}
