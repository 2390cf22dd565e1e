/** `gh-chart`: numbers over time, history first and then live; what draws them is loaded when a chart is used. */
import type { ChartBody, OpenChart } from "../chart/body.ts";
import { h, setText } from "../dom.ts";
import { GhComponent, type Meta } from "./component.ts";
import { clientFile } from "./page-source.ts";

export class GhChart extends GhComponent {
  static override readonly history: number = 500;
  #body: ChartBody | null = null;
  /** What came before there was a body. */
  #early: [unknown, Meta][] = [];

  override generate(): void {
    this.root.append(this.heading(), h("div", { part: "note" }), h("div", { part: "age" }));
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { openChart } = (await import(clientFile("chart.js"))) as { readonly openChart: OpenChart };
      this.#body = openChart(this);
      for (const [value, meta] of this.#early.splice(0)) this.#body.receive(value, meta);
      this.changed();
    } catch {
      setText(this.place("note"), "The chart cannot be loaded.");
    }
  }

  override receive(value: unknown, meta: Meta): void {
    if (this.#body) this.#body.receive(value, meta);
    else this.#early.push([value, meta]);
  }

  override clear(): void {
    this.#early = [];
    this.#body?.clear();
  }

  override render(): void {
    this.#body?.render();
  }
}
