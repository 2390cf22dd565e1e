/** A line so small that it needs no axes: the last values of a number, broken where there was none for long. */
import { svg } from "./dom.ts";
import { outageAt, type Point, pauseAt, runsOf } from "./series.ts";

const WIDTH = 100;
const HEIGHT = 32;
/** Room for the stroke. */
const INSET = 2;

type Coordinates = readonly (readonly [number, number])[];

/** Coordinates of every point, run by run; a number that never changes is a line in the middle. */
export function sparkRuns(points: readonly Point[]): Coordinates[] {
  const [least, most] = rangeOf(points);
  // An outage is drawn as short as one can be: one of a night would leave no room for the day.
  let length = 0;
  const drawn = points.map((point, index) => {
    length += Math.min(outageAt(points, index) + 1, pauseAt(points, index));
    return { ...point, time: length };
  });
  const place = ({ time, value }: Point) =>
    [
      round((time / (length || 1)) * WIDTH),
      round(INSET + (most > least ? (most - value) / (most - least) : 0.5) * (HEIGHT - 2 * INSET)),
    ] as const;
  return runsOf(drawn).map((run) => run.map(place));
}

export function rangeOf(points: readonly Point[]): [least: number, most: number] {
  const values = points.map(({ value }) => value);
  return [Math.min(...values), Math.max(...values)];
}

/** One point is a line of no length, but with round caps: a dot that a stretched box does not distort. */
export function linePath(coordinates: Coordinates): string {
  const path = coordinates.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  return coordinates.length === 1 ? `${path}h0` : path;
}

/** Draws into an SVG of its own; hidden from assistive technology, since the number stands beside it. */
export function sparkline(): { element: SVGSVGElement; update(points: readonly Point[]): void } {
  const area = svg("path", { class: "spark-area" });
  const line = svg("path", { class: "spark-line" });
  const end = svg("path", { class: "spark-end" });
  const box = { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const element = svg("svg", box, area, line, end);
  return {
    element,
    update(points) {
      const runs = points.length < 2 ? [] : sparkRuns(points);
      const paths = runs.map(linePath);
      area.setAttribute("d", paths.map((path, index) => `${path}V${HEIGHT}H${runs[index]![0]![0]}Z`).join(""));
      line.setAttribute("d", paths.join(""));
      end.setAttribute("d", linePath(runs.at(-1)?.slice(-1) ?? []));
    },
  };
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
