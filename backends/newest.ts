/** The newest entry of each topic, unless retention has it removed for its age. */
import { hasWildcard } from "../lib/store/topic.ts";
import { type Stored, unpackBytes } from "../lib/store/value.ts";
import type { Entry } from "./backend.ts";
import type { Log } from "./log.ts";
import { selector } from "./reader.ts";
import type { Track } from "./track.ts";

/** Of every topic that a filter selects. */
export function newestEntries(log: Log, filters: readonly string[]): Entry[] {
  const known = filters.length === 1 ? log.tracks.get(filters[0]!) : undefined;
  if (!known) return tracksOf(log, filters).flatMap((track) => newestEntry(log, track) ?? []);
  const newest = newestEntry(log, known);
  return newest === null ? [] : [newest];
}

function tracksOf(log: Log, filters: readonly string[]): Track[] {
  const selects = selector(filters);
  if (filters.some(hasWildcard)) return [...log.tracks.values()].filter(({ topic }) => selects(topic));
  return [...new Set(filters)].flatMap((topic) => log.tracks.get(topic) ?? []);
}

/** Null where there is none, or none young enough. */
function newestEntry(log: Log, track: Track): Entry | null {
  const last = newestStored(log, track);
  return last && log.entry(last);
}

/** The bytes of one topic as received, without a look at its value. */
export function newestBytes(log: Log, topic: string): Uint8Array | null {
  const track = log.tracks.get(topic);
  const last = track ? newestStored(log, track) : null;
  return last && unpackBytes(last.part);
}

function newestStored(log: Log, track: Track): Stored | null {
  const { maxAgeMs } = log.retention;
  const last = track.last();
  if (last === null || maxAgeMs === 0) return last;
  const now = Date.now();
  // What stands behind a young one is the sweep's to remove.
  if (last.time >= now - maxAgeMs) return last;
  log.age(track, now);
  return track.last();
}
