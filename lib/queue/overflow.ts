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
