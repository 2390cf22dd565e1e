/** `gh-slider`: shows a number within bounds, and asks the device for another. */
import { h, setAttribute, setText } from "../dom.ts";
import { soleNumber } from "../values.ts";
import { GhControl } from "./control.ts";

export class GhSlider extends GhControl {
  #isHeld = false;

  override generate(): void {
    const slider = h("input", { type: "range", part: "control", value: "0" });
    slider.addEventListener("input", () => {
      this.#isHeld = true;
      this.#showNumber(slider.valueAsNumber);
    });
    slider.addEventListener("change", () => {
      this.#isHeld = false;
      this.send(slider.valueAsNumber);
    });
    const head = h("div", { part: "row" }, this.heading(), h("div", { part: "number" }));
    this.root.append(head, slider, this.outcomePlace(), h("div", { part: "age" }));
  }

  /** While it is held, the hand has it. */
  override render(): void {
    const slider = this.adapt();
    setAttribute(slider, "aria-label", this.label);
    const number = soleNumber(this.value)?.number;
    if (this.#isHeld) return;
    if (number !== undefined) slider.value = String(number);
    this.#showNumber(number);
  }

  #showNumber(number: number | undefined): void {
    setText(this.place("number"), number === undefined ? "–" : this.withUnit(this.formatNumber(number)));
  }
}
