/** The form of a benchmark's result, and interleaved rounds with medians. */

export interface Row {
  readonly bench: string;
  /** Work per second (or the unit that `goal.max` speaks of). */
  readonly ours: number;
  readonly peer: string;
  readonly theirs: number;
  /** ours / theirs. */
  readonly ratio: number;
  /** The least ratio, or a ceiling on `ours`. */
  readonly goal: number | { readonly max: number };
}

/** What one contender does in one round: returns work done per second of its own choosing (wall or CPU). */
export type Contender = () => number | Promise<number>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs all contenders in turn, round after round (the first round warms up and is not counted), and gives each one's median. */
export async function interleave<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const figure = await contenders[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(figures[name])])) as Record<Name, number>;
}

export function row(bench: string, ours: number, peer: string, theirs: number, goal: Row["goal"]): Row {
  return { bench, ours, peer, theirs, ratio: ours / theirs, goal };
}
