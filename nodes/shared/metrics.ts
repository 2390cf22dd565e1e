/** The process-wide list of counters that `/metrics` and the pages show. */

/** One number at one moment; labels as Prometheus has them. */
export interface Sample {
  /** Full name, such as `gatehouse_dropped_total`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Collect = () => Iterable<Sample>;

const collectors = new Set<Collect>();

/** Adds a source of samples; the returned function takes it out again. */
export function addCollector(collect: Collect): () => void {
  collectors.add(collect);
  return () => void collectors.delete(collect);
}

/** All samples of all nodes. */
export function collectSamples(): Sample[] {
  return [...collectors].flatMap((collect) => [...collect()]);
}

/** Drops by reason as samples of `gatehouse_dropped_total{where,reason}`. */
export function* dropSamples(where: string, drops: Readonly<Record<string, number>>): Iterable<Sample> {
  for (const [reason, value] of Object.entries(drops)) {
    yield { name: "gatehouse_dropped_total", labels: { where, reason }, value };
  }
}
