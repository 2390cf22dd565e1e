/** What the parts of the latency benchmark say to each other, and the clock that all of them read. */

/** To the browsers; each is answered. */
export type LatencyCommand =
  | { readonly connect: { readonly port: number; readonly clients: number } }
  /** Begins a round of so many events. */
  | { readonly expect: number }
  /** When each of them was sent; answered when every browser has all of them. */
  | { readonly sentMs: readonly number[] };

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The processes of one machine share this clock; `performance.now()` begins anew in each. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
