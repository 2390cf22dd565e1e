/** Draws series over time with uPlot, in the colours of the page, and tells their values: the newest, or those that are pointed at. */
import uPlot from "uplot";
import { h, setText } from "../dom.ts";
import { type Point, runsOf } from "../series.ts";

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

type Format = (value: number) => string;
type Colour = (name: string) => string;

const COLOURS = ["--tint", "--warn", "--good", "--bad", "--dim"] as const;
/** Beyond the colours, lines are told apart by their strokes. */
const DASHES = [[], [8, 4], [2, 3]] as const;
const HEIGHT = 200;
/** So long before a line begins anew it is broken. */
const LITTLE_MS = 0.5;

export class Plot {
  readonly #place: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #moment = h("span", { part: "moment" });
  #plot: uPlot | null = null;
  #newest: readonly (number | undefined)[] = [];
  #drawn = "";
  #unit = "";
  #format: Format = String;
  #isZoomed = false;

  constructor(place: HTMLElement, legend: HTMLElement) {
    this.#place = place;
    this.#legend = legend;
    place.append(this.#moment);
    new ResizeObserver(() => this.#resize()).observe(place);
  }

  show(series: readonly Series[], unit: string, format: Format): void {
    this.#newest = series.map(({ points }) => points.at(-1)?.value);
    this.#unit = unit;
    this.#format = format;
    const style = getComputedStyle(this.#place);
    const names = series.map(({ name }) => name);
    const looks = JSON.stringify([names, COLOURS.map((name) => style.getPropertyValue(name)), style.color]);
    if (looks !== this.#drawn) this.#renew(names, style);
    this.#drawn = looks;
    this.#plot!.setData(dataOf(series), !this.#isZoomed);
    if (this.#isZoomed) this.#plot!.redraw();
    this.#tell();
  }

  #tell(): void {
    const { data, cursor } = this.#plot!;
    const { idx, idxs, left } = cursor;
    const values = this.#newest.map((value, index) => (idx == null ? value : data[index + 1]![idxs![index + 1]!]));
    values.forEach((value, index) => {
      const text = value == null ? "–" : `${this.#format(value)}\u2009${this.#unit}`.trim();
      setText(this.#legend.children[index]!.lastElementChild!, text);
    });
    const time = values.some((value) => value != null) ? data[0][idx!] : this.#plot!.posToVal(left!, "x");
    setText(this.#moment, idx == null ? "" : momentText(time!));
  }

  /** All that there is, and from then on what comes. */
  zoomOut(): void {
    this.#isZoomed = false;
    this.#plot?.setData(this.#plot.data, true);
  }

  #resize(): void {
    const width = this.#place.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #renew(names: readonly string[], style: CSSStyleDeclaration): void {
    const colour: Colour = (name) => style.getPropertyValue(name).trim() || style.color;
    this.#plot?.destroy();
    this.#legend.replaceChildren(...names.map((name, index) => legendItem(name, colour(colourOf(index)))));
    const options = optionsOf(names, colour, style.fontFamily, (value) => this.#format(value));
    const selected = ({ select }: uPlot) => this.#selected(select.width);
    const hooks = { setSelect: [selected], setCursor: [() => this.#plot && this.#tell()] };
    const size = { width: Math.max(this.#place.clientWidth, 80), height: HEIGHT };
    this.#plot = new uPlot({ ...options, ...size, hooks }, [[], ...names.map(() => [])], this.#place);
    this.#plot.over.addEventListener("dblclick", () => this.zoomOut());
  }

  /** What is looked at closely stays where it is while more comes. */
  #selected(width: number): void {
    if (width > 0) this.#isZoomed = true;
  }
}

function optionsOf(names: readonly string[], colour: Colour, font: string, format: Format) {
  const axis = { stroke: colour("--dim"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false } };
  const values = (_: uPlot, ticks: number[]) => ticks.map((tick) => (tick === null ? "" : format(tick)));
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false, setScale: true } },
    axes: [
      { ...axis, font: `12px ${font}`, values: timeTicks, space: 70, size: 28 },
      { ...axis, font: `12px ${font}`, values, size: 56 },
    ],
    series: [{}, ...names.map((_, index) => lineOf(index, colour))],
  };
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!;
}

function lineOf(index: number, colour: Colour): uPlot.Series {
  const dash = [...DASHES[Math.floor(index / COLOURS.length) % DASHES.length]!];
  const stroke = colour(colourOf(index));
  return { stroke, width: 1.5, dash, points: { show: false, size: 4, fill: stroke, filter: lonely } };
}

/** Readings between two outages: no line shows them. */
function lonely(plot: uPlot, series: number): number[] {
  const values = plot.data[series]!;
  const own = [...values.keys()].filter((at) => values[at] !== undefined);
  const isNone = (at: number | undefined) => at === undefined || values[at] === null;
  return own.filter((at, index) => !isNone(at) && isNone(own[index - 1]) && isNone(own[index + 1]));
}

function legendItem(name: string, colour: string): HTMLElement {
  const mark = h("i", { "aria-hidden": "true" });
  mark.style.background = colour;
  return h("span", {}, mark, h("span", {}, name), h("b", {}, "–"));
}

/** Twenty-four hours, as everywhere on these pages. */
function timeTicks(_: uPlot, ticks: number[]): string[] {
  const end = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60 ? 19 : 16;
  return ticks.map(momentText).map((text) => (text.endsWith("00:00:00") ? text.slice(5, 10) : text.slice(11, end)));
}

/** `2026-11-27 15:20:16`, which is how Swedes write it. */
function momentText(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString("sv");
}

/** One row of moments for all series: what a series has not at one is undefined there, and null in its outages. */
export function dataOf(series: readonly Series[]): uPlot.AlignedData {
  const tables = series.map(({ points }): uPlot.AlignedData => {
    const rows = runsOf(points)
      .flatMap((run) => [{ time: run[0]!.time - LITTLE_MS, value: null }, ...run])
      .slice(1);
    return [rows.map(({ time }) => time / 1000), rows.map(({ value }) => value)];
  });
  // Nothing to draw yet is a drawing too.
  return tables.length > 1 ? uPlot.join(tables) : (tables[0] ?? [[]]);
}
