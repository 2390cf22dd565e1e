/** Draws series over time with uPlot, in the colours of the page. */
import uPlot from "uplot";
import uPlotStyle from "uplot/dist/uPlot.min.css";
import { h, setText } from "../dom.ts";
import type { Point } from "../series.ts";

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

let sheet: CSSStyleSheet | null = null;

export class Plot {
  readonly #place: HTMLElement;
  readonly #legend: HTMLElement;
  #plot: uPlot | null = null;
  #drawn = "";
  #format: Format = String;
  #isZoomed = false;

  constructor(root: ShadowRoot, place: HTMLElement, legend: HTMLElement) {
    sheet ??= new CSSStyleSheet();
    sheet.replaceSync(uPlotStyle);
    root.adoptedStyleSheets.push(sheet);
    this.#place = place;
    this.#legend = legend;
    new ResizeObserver(() => this.#resize()).observe(place);
  }

  show(series: readonly Series[], unit: string, format: Format): void {
    this.#format = format;
    const style = getComputedStyle(this.#place);
    const names = series.map(({ name }) => name);
    const looks = JSON.stringify([names, COLOURS.map((name) => style.getPropertyValue(name)), style.color]);
    if (looks !== this.#drawn) this.#renew(names, style);
    this.#drawn = looks;
    this.#plot!.setData(dataOf(series), !this.#isZoomed);
    if (this.#isZoomed) this.#plot!.redraw();
    series.forEach(({ points }, index) => {
      const last = points.at(-1);
      setText(
        this.#legend.children[index]!.lastElementChild!,
        last ? `${format(last.value)}\u2009${unit}`.trim() : "–",
      );
    });
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
    const hooks = { setSelect: [({ select }: uPlot) => this.#selected(select.width)] };
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
    cursor: { drag: { x: true, y: false, setScale: true } },
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
  return { stroke: colour(colourOf(index)), width: 1.5, dash, spanGaps: true, points: { show: false } };
}

function legendItem(name: string, colour: string): HTMLElement {
  const mark = h("i", { "aria-hidden": "true" });
  mark.style.background = colour;
  return h("span", {}, mark, h("span", {}, name), h("b", {}, "–"));
}

/** Twenty-four hours, as everywhere on these pages. */
function timeTicks(_: uPlot, ticks: number[]): string[] {
  const bySecond = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60;
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    const clock = date.toTimeString();
    return clock.startsWith("00:00:00") ? `${date.getMonth() + 1}/${date.getDate()}` : clock.slice(0, bySecond ? 8 : 5);
  });
}

/** One row of moments for all series: what a series has not at one is null there. */
export function dataOf(series: readonly Series[]): uPlot.AlignedData {
  const tables = series.map(({ points }): uPlot.AlignedData => {
    return [points.map(({ time }) => time / 1000), points.map(({ value }) => value)];
  });
  // Nothing to draw yet is a drawing too.
  return tables.length > 1 ? uPlot.join(tables) : (tables[0] ?? [[]]);
}
