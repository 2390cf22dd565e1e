/** What becomes of messages that do not all fit into a queue. */

export type Overflow = "drop-oldest" | "drop-newest" | "reject";

export interface Room {
  /** Messages in the queue. */
  readonly held: number;
  readonly capacity: number;
  readonly overflow: Overflow;
}

/** `evicted` is how many of the held ones give way, the oldest first; `turnedAway` never come in. */
export interface Admission<T> {
  readonly evicted: number;
  readonly admitted: readonly T[];
  readonly turnedAway: readonly T[];
}

/** The arrivals stand in their order, and those that are admitted keep it. */
export function admit<T>(arrivals: readonly T[], { held, capacity, overflow }: Room): Admission<T> {
  if (overflow === "drop-oldest") {
    const excess = Math.max(0, held + arrivals.length - capacity);
    const evicted = Math.min(held, excess);
    const gone = excess - evicted;
    return { evicted, admitted: arrivals.slice(gone), turnedAway: arrivals.slice(0, gone) };
  }
  const room = Math.max(0, capacity - held);
  return { evicted: 0, admitted: arrivals.slice(0, room), turnedAway: arrivals.slice(room) };
}

interface Weights {
  /** Of what is held. */
  readonly held: number;
  readonly most: number;
  readonly overflow: Overflow;
}

/** `lighten` is how much of what is held has to go; `turnedAway` never come in. */
interface Fit<T> {
  readonly lighten: number;
  readonly admitted: readonly T[];
  readonly turnedAway: readonly T[];
}

/** As `admit`, by weight. What is heavier than all that may be held is turned away, and moves nothing. */
export function admitByWeight<T extends { readonly weight: number }>(
  arrivals: readonly T[],
  { held, most, overflow }: Weights,
): Fit<T> {
  const bearable = arrivals.filter(({ weight }) => weight <= most);
  const admitted: T[] = [];
  let room = overflow === "drop-oldest" ? most : most - held;
  // Of those that come, the newest stay where the oldest give way.
  const inOrder = overflow === "drop-oldest" ? bearable.toReversed() : bearable;
  for (const arrival of inOrder) {
    if (arrival.weight > room) break;
    room -= arrival.weight;
    admitted.push(arrival);
  }
  if (overflow === "drop-oldest") admitted.reverse();
  const isAdmitted = new Set(admitted);
  const turnedAway = arrivals.filter((arrival) => !isAdmitted.has(arrival));
  return { lighten: overflow === "drop-oldest" ? Math.max(0, held - room) : 0, admitted, turnedAway };
}
