/** What the parts of an event stream benchmark say to each other. */

export type Contender = "gatehouse" | "raw" | "better-sse" | "better-sse-batch";

/** To the server: begin ticks, or tell of yourself. */
export interface Work {
  readonly ticks: number;
  readonly eventsPerTick: number;
}

export type ServerReply =
  | { readonly port: number }
  | { readonly events: number; readonly cpuSeconds: number; readonly wallSeconds: number }
  | { readonly clients: number; readonly dropped: number; readonly rssBytes: number };

export type ServerCommand = { readonly work: Work } | { readonly report: true };

export type LoadCommand =
  | { readonly connect: { readonly port: number; readonly clients: number; readonly reads: boolean } }
  | { readonly count: true };

export type LoadReply = { readonly connected: number } | { readonly bytes: number };

/** The reading that every contender tells; as long as a GPS reading of a mesh. */
export function reading(sequence: number): { topic: string; value: object; time: number; cursor: string } {
  return {
    topic: "mesh/5/GPS",
    value: { longitude: 13.404954, latitude: 52.520008 },
    time: 1_760_000_000_000 + sequence,
    cursor: `bench-${sequence}`,
  };
}
