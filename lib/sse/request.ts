/** Reads what a browser asks of the event stream: topics, current values first, or a place to resume from. */
import { parseCursor } from "../store/cursor.ts";
import { isId, quote } from "../store/ids.ts";
import { checkFilter, LIVE_ONLY } from "../store/topic.ts";

export interface StreamRequest {
  readonly filters: readonly string[];
  /** Current values first. */
  readonly latest: boolean;
  /** The last event id the browser had; null where it begins anew. */
  readonly after: string | null;
  /** As the browser names itself, for the outcomes of its commands; null where it does not. */
  readonly browser: string | null;
}

/** More filters than a page needs, and few enough to test each event against. */
export const MAX_FILTERS = 64;
const MAX_CURSOR_LENGTH = 64;

/** Throws RangeError naming the parameter. A resume overrides `latest`. */
export function readStreamRequest(query: URLSearchParams, lastEventId: string | undefined): StreamRequest {
  const filters = [...new Set(query.getAll("topic").map(plusOfSpace))];
  if (filters.length === 0) throw new RangeError('"topic" is missing: give a filter such as ?topic=mesh/+/GPS');
  checkFilters("topic", filters);
  const after = readAfter(query.get("after"), lastEventId);
  const browser = readBrowserName(query.get("browser"));
  return { filters, latest: after === null && query.get("latest") === "1", after, browser };
}

/** Throws RangeError. */
export function checkFilters(name: string, filters: readonly string[]): void {
  if (filters.length > MAX_FILTERS) throw new RangeError(`"${name}" may have ${MAX_FILTERS} topic filters at most`);
  for (const filter of filters) {
    checkFilter(filter);
    // Outboxes and queues are not for browsers.
    if (filter.startsWith("$") && !filter.startsWith(LIVE_ONLY))
      throw new RangeError(`"${filter}": a topic filter must not begin with $, but for ${LIVE_ONLY}`);
  }
}

/** Throws RangeError. */
export function readBrowserName(name: string | null): string | null {
  if (name === null || name === "") return null;
  if (isId(name)) return name;
  throw new RangeError(`"browser" must be 1..64 letters, digits or . _ : -, got ${quote(name)}`);
}

/** A plus sign that stands plainly in an address arrives as a space; no level of a topic is one. */
function plusOfSpace(filter: string): string {
  return filter.replace(/(?<=^|\/) (?=\/|$)/g, "+");
}

/** A browser's own header is newer than the address it was opened with. */
function readAfter(given: string | null, lastEventId: string | undefined): string | null {
  if (lastEventId !== undefined && lastEventId !== "") return lastEventId.slice(0, MAX_CURSOR_LENGTH);
  if (given === null || given === "") return null;
  if (!parseCursor(given)) throw new RangeError('"after" must be a cursor <epoch>-<sequence>, as in an event\'s id');
  return given;
}
