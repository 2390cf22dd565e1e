/** How fast a counter rises: a mean of its last looks, which is told when they span long enough. */

const LOOKS = 6;
const LEAST_MS = 3_000;

/** Per second; null while that cannot be told, and where the counter began anew. */
export function rateMeter(): (count: number, at: number) => number | null {
  let looks: { readonly count: number; readonly at: number }[] = [];
  return (count, at) => {
    if (count < (looks.at(-1)?.count ?? 0)) looks = [];
    looks = [...looks, { count, at }].slice(-LOOKS);
    const first = looks[0]!;
    return at - first.at < LEAST_MS ? null : ((count - first.count) * 1000) / (at - first.at);
  };
}
