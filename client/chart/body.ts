/** What stands in a chart: its series, their drawing, and buttons to pause, to see the whole, and to take the numbers away. */
import { elementOfType } from "../../lib/records/element-names.ts";
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, onFrame } from "../dom.ts";
import { cutFrom, type Point, trimBefore } from "../series.ts";
import { soleNumber } from "../values.ts";
import css from "./chart.shadow.css";
import { csvOf, downloadText } from "./csv.ts";
import { Plot } from "./plot.ts";

const MOST_POINTS = 10_000;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export function openChart(host: GhComponent): Body {
  host.root.adoptedStyleSheets.push(sheet);
  return new ChartBody(host);
}

class ChartBody implements Body {
  readonly #host: GhComponent;
  readonly #series = new Map<string, Point[]>();
  /** Topics whose history comes again. */
  #again = new Set<string>();
  readonly #pause = this.#button("pause", "Pause", () => this.pause(!this.#isPaused));
  readonly #picture = h("div", { part: "plot", role: "img" });
  readonly #plot: Plot;
  readonly #drawSoon = onFrame(() => this.#draw());
  #isPaused = false;

  constructor(host: GhComponent) {
    this.#host = host;
    const whole = this.#button("whole", "Whole", () => this.#plot.zoomOut());
    const csv = this.#button("csv", "CSV", () => downloadText(`${host.label || "chart"}.csv`, csvOf(this.#named())));
    const legend = h("div", { part: "legend" });
    const head = h("div", { part: "row" }, host.place("label"), h("div", { part: "buttons" }, this.#pause, whole, csv));
    this.#pause.setAttribute("aria-pressed", "false");
    host.root.prepend(head, legend, this.#picture);
    this.#plot = new Plot(this.#picture, legend);
  }

  #button(part: string, text: string, work: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", part }, text);
    button.addEventListener("click", work);
    return button;
  }

  receive(value: unknown, { topic, time }: Meta): void {
    const number = soleNumber(value)?.number;
    if (number === undefined || !Number.isFinite(number)) return;
    const points = this.#series.get(topic) ?? [];
    this.#series.set(topic, points);
    const isAfterGap = this.#again.delete(topic) && !cutFrom(points, time);
    points.push({ time, value: number, isAfterGap });
    // In parts: taking one away moves all others.
    if (points.length > MOST_POINTS * 1.1) points.splice(0, points.length - MOST_POINTS);
  }

  /** What was drawn stays: what is missing since is a gap, unless the history that comes now has it. */
  clear(): void {
    this.#again = new Set(this.#host.topics);
    for (const topic of this.#series.keys()) if (!this.#again.has(topic)) this.#series.delete(topic);
  }

  /** A paused chart goes on receiving: nothing is missing when it goes on. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pause.setAttribute("aria-pressed", String(isPaused));
    this.#host.changed();
  }

  render(): void {
    if (!this.#isPaused) this.#drawSoon();
  }

  #draw(): void {
    if (!this.#host.isConnected) return;
    const minutes = this.#host.number("minutes");
    if (minutes > 0) for (const points of this.#series.values()) trimBefore(points, minutes * 60_000);
    const series = this.#named();
    this.#plot.show(series, this.#host.text("unit"), (value) => this.#host.formatNumber(value));
    const lasts = series.map(({ name, points }) => `${name} ${points.at(-1)?.value ?? "without values"}`);
    this.#picture.setAttribute("aria-label", `Chart: ${lasts.join(", ")}`);
  }

  /** In the order of the topics, whichever came first. */
  #named(): { name: string; points: readonly Point[] }[] {
    const labels = this.#host.text("labels").split(",");
    const own = `${this.#host.device}/`;
    return this.#host.topics.map((topic, index) => ({
      name: labels[index]?.trim() || elementOfType(topic.startsWith(own) ? topic.slice(own.length) : topic),
      points: this.#series.get(topic) ?? [],
    }));
  }
}
