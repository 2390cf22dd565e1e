/** What a broadcast counts. */

export interface BroadcastCounts {
  readonly clients: number;
  readonly groups: number;
  readonly events: number;
  readonly ringEvents: number;
  readonly ringBytes: number;
  readonly dropped: Readonly<Record<"slow" | "coalesced" | "duplicate", number>>;
}
