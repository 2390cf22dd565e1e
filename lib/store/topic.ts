/** Topics `<network>/<address>/<type>` and the MQTT filters that select them. */

const WILD_LEVEL = "+";
const WILD_REST = "#";

/** Longest topic or filter taken from outside, in UTF-16 units. */
export const MAX_TOPIC_LENGTH = 256;

interface TopicParts {
  /** `<network>/<address>` */
  readonly device: string;
  readonly type: string;
}

/** `mesh/5` and `GPS` make `mesh/5/GPS`. */
export function topicOf(device: string, type: string): string {
  return `${device}/${type}`;
}

/** Topics of what is told and is no reading, such as `$live/mesh/monitor`: only who names them in full hears them. */
export const LIVE_ONLY = "$live/";

/** Splits at the last slash; null where there is no device or no type. */
export function splitTopic(topic: string): TopicParts | null {
  const slash = topic.lastIndexOf("/");
  if (slash <= 0 || slash === topic.length - 1) return null;
  return { device: topic.slice(0, slash), type: topic.slice(slash + 1) };
}

/** The network of `mesh/5`; the whole name where there is no slash. */
export function networkOf(device: string): string {
  const slash = device.indexOf("/");
  return slash < 0 ? device : device.slice(0, slash);
}

/**
 * A filter is levels parted by `/`; `+` stands for one level, a last `#` for any number of them.
 * Throws RangeError where a wildcard shares its level or `#` is not last.
 */
export function checkFilter(filter: string): void {
  if (filter === "" || filter.length > MAX_TOPIC_LENGTH) {
    throw new RangeError(`topic filter must have 1..${MAX_TOPIC_LENGTH} characters`);
  }
  const levels = filter.split("/");
  levels.forEach((level, index) => {
    const wild = level.includes(WILD_LEVEL) || level.includes(WILD_REST);
    if (wild && level.length > 1) throw new RangeError(`"${filter}": a wildcard must stand alone in its level`);
    if (level === WILD_REST && index < levels.length - 1) throw new RangeError(`"${filter}": # must be the last level`);
  });
}

export function hasWildcard(filter: string): boolean {
  return filter.includes(WILD_LEVEL) || filter.includes(WILD_REST);
}

/** Compiles a filter to a test of topics. As in MQTT, a wildcard in the first level never selects a topic that begins with `$`. */
export function compileFilter(filter: string): (topic: string) => boolean {
  checkFilter(filter);
  if (!hasWildcard(filter)) return (topic) => topic === filter;
  if (filter === WILD_REST) return (topic) => !topic.startsWith("$");
  const levels = filter.split("/");
  return (topic) => matchLevels(levels, topic);
}

/** Whether a filter may select a topic of the device `<network>/<address>`. */
export function selectsDevice(filter: string, device: string): boolean {
  const levels = filter.split("/");
  const parts = device.split("/");
  for (const [index, part] of parts.entries()) {
    if (levels[index] === WILD_REST) return true;
    if (levels[index] !== WILD_LEVEL && levels[index] !== part) return false;
  }
  return levels.length > parts.length;
}

function matchLevels(levels: readonly string[], topic: string): boolean {
  if (topic.startsWith("$") && hasWildcard(levels[0]!)) return false;
  const parts = topic.split("/");
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index];
    if (level === WILD_REST) return true;
    if (index >= parts.length || (level !== WILD_LEVEL && level !== parts[index])) return false;
  }
  return parts.length === levels.length;
}

/** One test for several filters: true where any of them selects the topic. */
export function compileFilters(filters: readonly string[]): (topic: string) => boolean {
  const tests = filters.map(compileFilter);
  return tests.length === 1 ? tests[0]! : (topic) => tests.some((test) => test(topic));
}
