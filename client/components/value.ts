/** `gh-value`: the newest value of a type, large, with its unit and, where it has a history, its course; a long text small. */

import { h, setAttribute, setText } from "../dom.ts";
import { decimalsOf, formatNumber, formatSpan } from "../format.ts";
import { type Point, pointsOf, type Sample } from "../series.ts";
import { rangeOf, sparkline } from "../sparkline.ts";
import { soleNumber } from "../values.ts";
import { GhComponent, type Meta } from "./component.ts";

/** Has room on one line wherever it stands, so that nothing around it moves when it changes. */
const SHORT_LENGTH = 10;
/** Longer texts are read, not glanced at. */
const FIGURE_LENGTH = 18;
const MOST_POINTS = 300;
/** The newest readings, all with as many digits as one of them needs. */
const RECENT = 30;

export class GhValue extends GhComponent {
  readonly #course = sparkline();
  #samples: Sample[] = [];
  #digits = 0;

  override receive(value: unknown, { time }: Meta): void {
    if (!this.hasAttribute("history")) return;
    this.#samples.push({ value, time });
    if (this.#samples.length > MOST_POINTS) this.#samples.shift();
  }

  override clear(): void {
    this.#samples = [];
    this.#digits = 0;
  }

  /** Without `digits` it keeps as many as it ever had: 3.7 does not take the place of 3.71. */
  override formatNumber(number: number): string {
    this.#digits = Math.max(this.#digits, decimalsOf(number));
    return this.hasAttribute("digits") || !Number.isFinite(number)
      ? super.formatNumber(number)
      : formatNumber(number, this.#digits);
  }

  override render(): void {
    const points = pointsOf(this.#samples, (value) => soleNumber(value)?.number);
    for (const { value } of points.slice(-RECENT)) this.formatNumber(value);
    super.render();
    const place = this.place("value");
    setAttribute(place, "data-length", lengthOf(place.textContent.length));
    if (points.length > 0) this.#draw(points);
  }

  #draw(points: readonly Point[]): void {
    const { element } = this.#course;
    if (!element.isConnected && points.length > 1) {
      element.setAttribute("part", "course");
      this.place("value").after(element, h("div", { part: "note" }));
    }
    if (!element.isConnected) return;
    this.#course.update(points);
    const [least, most] = rangeOf(points);
    const length = formatSpan(points.at(-1)!.time - points[0]!.time);
    setText(this.place("note"), `${this.formatNumber(least)} to ${this.formatNumber(most)} in ${length}`);
  }
}

function lengthOf(length: number): string {
  if (length <= SHORT_LENGTH) return "short";
  return length <= FIGURE_LENGTH ? "medium" : "long";
}
