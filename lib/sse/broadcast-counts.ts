/** What a broadcast counts. */

export interface BroadcastCounts {
  readonly clients: number;
  readonly groups: number;
  readonly events: number;
  /** Handed in once more, and told already: published by two nodes that are wired to the same store. */
  readonly repeated: number;
  readonly ringEvents: number;
  readonly ringBytes: number;
  readonly dropped: Readonly<Record<"slow" | "coalesced", number>>;
}
