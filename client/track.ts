/** Where a device went: its positions on a plane, north up, with a grid whose step is written beside it. */
import { h, setText, svg } from "./dom.ts";
import { linePath } from "./sparkline.ts";
import type { Position } from "./values.ts";

const METRES_PER_DEGREE = 111_320;
/** A device at rest still gets a plane of this size, so that its noise is not drawn as a journey. */
const LEAST_METRES = 10;
const WIDTH = 320;
const HEIGHT = 200;
const INSET = 16;
export const GRID_STEPS: readonly number[] = [1, 2, 5];
const SCALES: readonly number[] = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.4, 8];
/** The trail fades in this many steps. */
const FADES = 4;

export interface Plane {
  /** Coordinates in the drawing, oldest first. */
  readonly drawn: [number, number][];
  /** Grid lines: in the drawing, and as far again on either side. */
  readonly vertical: number[];
  readonly horizontal: number[];
  readonly stepMetres: number;
}

/** A degree of longitude shrinks towards the poles; beyond 85° (a device may send anything) it is left as it is there. */
export function layPlane(positions: readonly Position[], width = WIDTH, height = HEIGHT): Plane {
  const [west, east] = span(positions.map(({ longitude }) => longitude));
  const [south, north] = span(positions.map(({ latitude }) => latitude));
  const shrink = Math.cos((Math.min(85, Math.abs((south + north) / 2)) * Math.PI) / 180);
  const xMetres = (longitude: number) => (longitude - (west + east) / 2) * METRES_PER_DEGREE * shrink;
  const yMetres = (latitude: number) => (latitude - (south + north) / 2) * METRES_PER_DEGREE;
  const needed = Math.max(
    (2 * xMetres(east)) / (width - 2 * INSET),
    (2 * yMetres(north)) / (height - 2 * INSET),
    LEAST_METRES / (height - 2 * INSET),
  );
  // In steps, so that the drawing seldom changes its scale while the track grows.
  const metresPerUnit = niceStep(needed, SCALES);
  const stepMetres = niceStep(metresPerUnit * (height / 4), GRID_STEPS);
  const drawn = positions.map(({ longitude, latitude }): [number, number] => [
    round(width / 2 + xMetres(longitude) / metresPerUnit),
    round(height / 2 - yMetres(latitude) / metresPerUnit),
  ]);
  const step = stepMetres / metresPerUnit;
  return { drawn, vertical: lines(width, step), horizontal: lines(height, step), stepMetres };
}

function span(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** The smallest of 1, 2, 5, 10, 20 … (or of other factors) that is not below `least`. */
export function niceStep(least: number, factors: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (factors.find((factor) => factor * power >= least * 0.999) ?? 10);
}

function lines(length: number, step: number): number[] {
  const first = ((length / 2) % step) - Math.ceil(length / step) * step;
  return Array.from({ length: Math.floor((2 * length - first) / step) + 1 }, (_, index) => round(first + index * step));
}

export function formatMetres(metres: number): string {
  return metres >= 1_000 ? `${metres / 1_000} km` : `${metres} m`;
}

/** Draws the track; the coordinates themselves stand in words beside it. */
export function track(): { element: HTMLElement; update(positions: readonly Position[]): void } {
  const grid = svg("path", { class: "track-grid" });
  const trail = Array.from({ length: FADES }, (_, index) => svg("path", { class: `track-trail fade-${index}` }));
  const halo = svg("path", { class: "track-halo" });
  const here = svg("path", { class: "track-here" });
  const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" };
  const drawing = svg("svg", box, grid, ...trail, halo, here);
  const scale = h("span", { class: "track-scale" });
  return {
    element: h("div", { class: "track" }, drawing, scale),
    update(positions) {
      const { drawn, vertical, horizontal, stepMetres } = layPlane(positions);
      const [x, y] = drawn.at(-1) ?? [0, 0];
      grid.setAttribute("d", gridPath(vertical, horizontal));
      trail.forEach((path, index) => {
        path.setAttribute("d", linePath(partOf(drawn, index)));
      });
      for (const dot of [halo, here]) dot.setAttribute("d", `M${x} ${y}h0`);
      setText(scale, `grid ${formatMetres(stepMetres)}`);
    },
  };
}

function gridPath(vertical: readonly number[], horizontal: readonly number[]): string {
  const down = vertical.map((at) => `M${at} ${-HEIGHT}v${3 * HEIGHT}`);
  const across = horizontal.map((at) => `M${-WIDTH} ${at}h${3 * WIDTH}`);
  return [...down, ...across].join("");
}

/** Each part begins where the one before ends. */
function partOf(drawn: readonly [number, number][], index: number): readonly [number, number][] {
  const size = Math.ceil(drawn.length / FADES);
  return drawn.slice(Math.max(0, index * size - 1), (index + 1) * size);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
