/** A line so small that it needs no axes: the last values of a number, with their range in words. */
import { svg } from "./dom.ts";
import type { Point } from "./series.ts";

const WIDTH = 100;
const HEIGHT = 32;
/** Room for the stroke. */
const INSET = 2;

/** Coordinates of every point; a number that never changes is a line in the middle. */
export function sparkPoints(points: readonly Point[], width = WIDTH, height = HEIGHT): [number, number][] {
  const [least, most] = rangeOf(points);
  const start = points[0]?.time ?? 0;
  const length = (points.at(-1)?.time ?? 0) - start || 1;
  const room = height - 2 * INSET;
  return points.map(({ time, value }) => [
    round(((time - start) / length) * width),
    round(INSET + (most > least ? (most - value) / (most - least) : 0.5) * room),
  ]);
}

export function rangeOf(points: readonly Point[]): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { value } of points) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

export function linePath(coordinates: readonly (readonly [number, number])[]): string {
  return coordinates.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
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
      const drawn = points.length < 2 ? [] : sparkPoints(points);
      const path = linePath(drawn);
      const [x, y] = drawn.at(-1) ?? [0, 0];
      area.setAttribute("d", path && `${path}V${HEIGHT}H0Z`);
      line.setAttribute("d", path);
      // No length, but round caps: a dot that the stretched box does not distort.
      end.setAttribute("d", path && `M${x} ${y}h0`);
    },
  };
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
