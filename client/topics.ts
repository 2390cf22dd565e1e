/** The topics that a page asks the hub for: few, whatever its components want. */
import { compileFilter, MAX_TOPIC_LENGTH, networkOf, splitTopic } from "../lib/store/topic.ts";

/** The hub takes some more for one stream. */
const MOST_FILTERS = 48;
const EVERYTHING = "#";

type Wider = (filter: string) => string;

/** From exact topics to everything: each step asks for more than is wanted, and needs fewer filters. */
const STEPS: readonly Wider[] = [
  (filter) => filter,
  (filter) => (isSpecial(filter) ? filter : `${splitTopic(filter)?.device ?? filter}/+`),
  (filter) => (isSpecial(filter) ? filter : `${networkOf(filter)}/#`),
  (filter) => (isSpecial(filter) ? filter : EVERYTHING),
];

/** What is told and not stored has names that no wildcard selects. */
function isSpecial(filter: string): boolean {
  return filter.startsWith("$") || filter === EVERYTHING;
}

/** Filters that select all that `wanted` do, `most` of them where wildcards can do that. */
export function foldFilters(wanted: Iterable<string>, most = MOST_FILTERS): string[] {
  const all = [...new Set(wanted)].filter((filter) => filter !== "" && filter.length <= MAX_TOPIC_LENGTH);
  for (const widen of STEPS) {
    const filters = withoutCovered([...new Set(all.map(widen))]);
    if (filters.length <= most) return filters;
  }
  return [EVERYTHING];
}

function withoutCovered(filters: readonly string[]): string[] {
  const wide = filters
    .filter((filter) => /[+#]/.test(filter))
    .map((filter) => ({ filter, fits: compileFilter(filter) }));
  return filters.filter((filter) => !wide.some((one) => one.filter !== filter && one.fits(filter)));
}

/** Whether `present` select all that `wanted` do. */
export function covers(present: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((filter) => present.includes(filter) || withoutCovered([...present, filter]).indexOf(filter) < 0);
}
