/** Readings of one type over time: which is the newer, their numbers, and where they pause. */
import { parseCursor } from "../lib/store/cursor.ts";

interface Moment {
  readonly time: number;
  /** Null or absent for readings that no store has. */
  readonly cursor?: string | null;
}

export interface Sample extends Moment {
  readonly value: unknown;
}

/** Within one epoch the cursor decides; a new epoch, or no cursor, leaves the time. */
export function isNewer(sample: Moment, than: Moment): boolean {
  const a = parseCursor(sample.cursor ?? "");
  const b = parseCursor(than.cursor ?? "");
  if (a && b && a.epoch === b.epoch) return a.sequence > b.sequence;
  // A reading that no store has comes once, whatever its time.
  return a === null || sample.time > than.time;
}

export interface Point {
  readonly time: number;
  readonly value: number;
  /** Readings before it are missing, however short that was. */
  readonly isAfterGap?: boolean;
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

/** Makes room for history from there on; false where there was nothing as new, so that there may be a gap before. */
export function cutFrom(points: Point[], time: number): boolean {
  const first = points.findIndex((point) => point.time >= time);
  if (first >= 0) points.splice(first);
  return first >= 0;
}

/** A silence is an outage where it is so many times as long as is usual around it, */
const OUTAGE_FACTOR = 5;
/** and longer than a hiccup. */
const LEAST_OUTAGE_MS = 5_000;
/** Readings before and after that tell what is usual: a device may have been asked to report more seldom. */
const AROUND = 9;

/** The time since the reading before. */
export function pauseAt(points: readonly Point[], index: number): number {
  return index === 0 ? 0 : points[index]!.time - points[index - 1]!.time;
}

/**
 * How long a pause is, at least, that is an outage. Usual are those that four fifths of the ones around stay within: of
 * readings that come by twos or threes, those between them.
 */
export function outageAt(points: readonly Point[], index: number): number {
  const around = points.slice(Math.max(0, index - AROUND), index + AROUND);
  const pauses = around.map((_, at) => pauseAt(around, at)).sort((a, b) => a - b);
  return Math.max(LEAST_OUTAGE_MS, OUTAGE_FACTOR * pauses[Math.floor(pauses.length * 0.8 - 0.5)]!);
}

/** The parts of a series between its outages: a line belongs into each, and none across. */
export function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [];
  points.forEach((point, index) => {
    const pause = pauseAt(points, index);
    const isOutage = pause > LEAST_OUTAGE_MS && pause > outageAt(points, index);
    if (index === 0 || point.isAfterGap || isOutage) runs.push([]);
    runs.at(-1)!.push(point);
  });
  return runs;
}
