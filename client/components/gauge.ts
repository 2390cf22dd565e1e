/** `gh-gauge`: a number on an arc from `min` to `max`, with its bounds marked. */
import { h, setText, svg } from "../dom.ts";
import { soleNumber } from "../values.ts";
import { GhComponent } from "./component.ts";

const RADIUS = 42;
/** The arc is open below: it goes from this angle to its mirror image. */
const HALF_ANGLE = 120;

export class GhGauge extends GhComponent {
  override generate(): void {
    const arc = (part: string) => svg("path", { part });
    const arcs = ["scale", "low", "high", "bar"].map(arc);
    const drawing = svg("svg", { viewBox: "-50 -50 100 76", "aria-hidden": "true" }, ...arcs);
    const ends = h("div", { part: "ends" }, h("span", { part: "least" }), h("span", { part: "most" }));
    const dial = h("div", { part: "dial" }, drawing, h("div", { part: "value", class: "reading" }, "–"), ends);
    this.root.append(this.heading(), dial, h("div", { part: "age" }));
  }

  override render(): void {
    super.render();
    const [least, most] = [this.number("min", 0), this.number("max", 100)];
    const at = (value: number) => share(value, least, most);
    const number = soleNumber(this.value)?.number ?? Number.NaN;
    this.#arc("scale", 0, 1);
    this.#arc("low", 0, at(this.number("low", least)));
    this.#arc("high", at(this.number("high", most)), 1);
    this.#arc("bar", 0, at(number));
    setText(this.place("least"), this.formatNumber(least));
    setText(this.place("most"), this.formatNumber(most));
  }

  #arc(part: string, from: number, to: number): void {
    const path = to > from ? arcPath(from, to) : "";
    this.root.querySelector(`[part="${part}"]`)!.setAttribute("d", path);
  }
}

/** 0 for the least value, 1 for the most; what is no number is nowhere. */
export function share(value: number, least: number, most: number): number {
  return Number.isFinite(value) && most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0;
}

export function arcPath(from: number, to: number): string {
  const point = (part: number) => {
    const angle = ((part * 2 - 1) * HALF_ANGLE * Math.PI) / 180;
    return `${(RADIUS * Math.sin(angle)).toFixed(2)} ${(-RADIUS * Math.cos(angle)).toFixed(2)}`;
  };
  const isLong = (to - from) * HALF_ANGLE * 2 > 180 ? 1 : 0;
  return `M${point(from)}A${RADIUS} ${RADIUS} 0 ${isLong} 1 ${point(to)}`;
}
