/** What the parts of the API benchmark say to each other. */

/** To the clients; each is answered. */
export type LoadCommand =
  /** One that listens from now on. */
  | { readonly listen: { readonly port: number } }
  /** Requests at an even pace, whether earlier ones have been answered or not: answered by `Latency`. */
  | { readonly paced: { readonly port: number; readonly requests: number; readonly perSecond: number } }
  /** Requests of so many clients, each as soon as its last one was answered. */
  | { readonly busy: { readonly port: number; readonly requests: number; readonly clients: number } }
  /** When each push was sent, by its number: answered by `Latency`. */
  | { readonly sentMs: readonly (readonly [number: number, ms: number])[] };

/** To a server: answered by the CPU time that it has used. */
export const CPU = "cpu";

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function latencyOf(ms: readonly number[]): Latency {
  const sorted = [...ms].sort((a, b) => a - b);
  const quantile = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
  return { p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
