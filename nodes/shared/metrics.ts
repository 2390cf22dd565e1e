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
  /** Its tab, as the runtime has it; none of a config node. */
  readonly _flow?: { readonly flow?: object };
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

/** All samples of all nodes, none of them twice: each node has the first of its names that is no other one's too. */
export function collectSamples(): Sample[] {
  const places = [...collectors].map(({ node, collect }) => ({ type: node.type, names: namesOf(node), collect }));
  const users = new Map<string, number>();
  for (const { type, names } of places) {
    for (const name of names) users.set(type + name, (users.get(type + name) ?? 0) + 1);
  }
  return places.flatMap(({ type, names, collect }) => {
    const name = names.find((one) => users.get(type + one) === 1) ?? names.at(-1)!;
    return [...collect(`${type.replace(/^gh-/, "")}:${name}`, name)];
  });
}

/** From what a person calls it, by its tab, to its id, which is always its own. */
function namesOf({ id, name, _flow }: Counting): string[] {
  const { label } = (_flow?.flow ?? {}) as { readonly label?: string };
  const tab = label ? [`tab ${label}`] : [];
  if (name) return [name, ...[...tab, id].map((more) => `${name} (${more})`)];
  return [...tab, ...tab.map((one) => `${one} (${id})`), id];
}

/** Drops by reason as samples of `gatehouse_dropped_total{where,reason}`. */
export function* dropSamples(where: string, drops: Readonly<Record<string, number>>): Iterable<Sample> {
  for (const [reason, value] of Object.entries(drops)) {
    yield { name: "gatehouse_dropped_total", labels: { where, reason }, value };
  }
}
