/** The last readings of one type: bounded, in order, none twice, whether they came as history or live. */
import { parseCursor } from "../lib/store/cursor.ts";

export interface Sample {
  readonly time: number;
  readonly value: unknown;
  /** Null or absent for readings that no store has. */
  readonly cursor?: string | null;
}

/** Readings kept for each card: what a small drawing can show. */
export const SERIES_LIMIT = 300;

/** Within one epoch the cursor decides; a new epoch, or no cursor, leaves the time. */
export function isNewer(sample: Sample, than: Sample): boolean {
  const a = parseCursor(sample.cursor ?? "");
  const b = parseCursor(than.cursor ?? "");
  if (a && b && a.epoch === b.epoch) return a.sequence > b.sequence;
  // A reading that no store has comes once, whatever its time.
  return a === null || sample.time > than.time;
}

/** False where the reading was there already. The oldest makes room. */
export function addSample(samples: Sample[], sample: Sample, limit = SERIES_LIMIT): boolean {
  const last = samples.at(-1);
  if (last && !isNewer(sample, last)) return false;
  samples.push(sample);
  if (samples.length > limit) samples.splice(0, samples.length - limit);
  return true;
}

/** History first, then what came live in the meantime. */
export function mergeHistory(history: readonly Sample[], live: readonly Sample[], limit = SERIES_LIMIT): Sample[] {
  const merged = history.slice(-limit);
  for (const sample of live) addSample(merged, sample, limit);
  return merged;
}

export interface Point {
  readonly time: number;
  readonly value: number;
}

/** The numbers that `read` finds, with their times. */
export function pointsOf<T>(
  samples: readonly { readonly time: number; readonly value: T }[],
  read: (value: T) => unknown,
): Point[] {
  const points: Point[] = [];
  for (const { time, value } of samples) {
    const number = read(value);
    if (typeof number === "number" && Number.isFinite(number)) points.push({ time, value: number });
  }
  return points;
}

/** Leaves what is at most so much older than the newest. */
export function trimBefore(points: Point[], spanMs: number): void {
  const from = (points.at(-1)?.time ?? 0) - spanMs;
  const first = points.findIndex(({ time }) => time >= from);
  if (first > 0) points.splice(0, first);
}
