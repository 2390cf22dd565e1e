/** The process-wide list of counters that `/metrics` and the pages show. */

/** One number at one moment; labels as Prometheus has them. */
export interface Sample {
  /** Full name, such as `gatehouse_dropped_total`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A node, as its samples name it. */
export interface Counting {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
}

/** `where` is the node's type and name, such as `node-store:readings`. */
type Collect = (where: string, name: string) => Iterable<Sample>;

const collectors = new Set<{ readonly node: Counting; readonly collect: Collect }>();

/** Adds a node's samples; the returned function takes them out again. */
export function addCollector(node: Counting, collect: Collect): () => void {
  const collector = { node, collect };
  collectors.add(collector);
  return () => void collectors.delete(collector);
}

/** All samples of all nodes, none of them twice: nodes of one type and name are told apart by their ids. */
export function collectSamples(): Sample[] {
  const sharers = new Map<string, number>();
  for (const { node } of collectors) sharers.set(whereOf(node), (sharers.get(whereOf(node)) ?? 0) + 1);
  return [...collectors].flatMap(({ node, collect }) => {
    const name = sharers.get(whereOf(node))! > 1 ? `${nameOf(node)} (${node.id})` : nameOf(node);
    return [...collect(whereOf(node, name), name)];
  });
}

function whereOf(node: Counting, name = nameOf(node)): string {
  return `${node.type.replace(/^gh-/, "")}:${name}`;
}

function nameOf({ name, id }: Counting): string {
  return name || id;
}

/** Drops by reason as samples of `gatehouse_dropped_total{where,reason}`. */
export function* dropSamples(where: string, drops: Readonly<Record<string, number>>): Iterable<Sample> {
  for (const [reason, value] of Object.entries(drops)) {
    yield { name: "gatehouse_dropped_total", labels: { where, reason }, value };
  }
}
