/** The topics that a replay with an end must look at. */
import type { Log } from "./log.ts";
import type { Track } from "./track.ts";

interface Selection {
  readonly selects: (topic: string) => boolean;
  readonly topics: ReadonlySet<string> | null;
}

/**
 * Those that may hold or lack something after a sequence. Many browsers come back at once, most of them a few
 * readings behind: numbers are compared before texts.
 */
export function* tracksAfter(log: Log, { selects, topics }: Selection, sequence: number): Iterable<Track> {
  for (const topic of topics ?? log.tracks.keys()) {
    const track = log.tracks.get(topic);
    if (!track || Math.max(track.lastSequence, track.removedUpTo) <= sequence) continue;
    if (selects(topic)) yield track;
  }
}
