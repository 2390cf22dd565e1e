/** Removes readings by age in the background, some topics at a time. */
import type { Log } from "./log.ts";
import type { Track } from "./track.ts";

const SWEEP_MS = 1000;

/** Topics looked at in one sweep, so that it takes a few milliseconds at most. */
const SWEEP_TOPICS = 20_000;

/** Returns how to stop it. */
export function sweepByAge(log: Log): () => void {
  let tracks: Iterator<Track> | null = null;
  function sweep(): void {
    const now = Date.now();
    tracks ??= log.tracks.values();
    for (let looked = 0; looked < SWEEP_TOPICS; looked++) {
      const { value, done } = tracks.next();
      if (done) {
        tracks = null;
        return;
      }
      log.age(value, now);
    }
  }
  const timer = setInterval(sweep, SWEEP_MS).unref();
  return () => clearInterval(timer);
}
