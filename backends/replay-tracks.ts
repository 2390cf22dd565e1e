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
  for (const track of topics ? named(log, topics) : log.tracks.values()) {
    if (track.lastSequence <= sequence && track.removedUpTo <= sequence) continue;
    if (selects(track.topic)) yield track;
  }
}

function* named(log: Log, topics: ReadonlySet<string>): Iterable<Track> {
  for (const topic of topics) {
    const track = log.tracks.get(topic);
    if (track) yield track;
  }
}
