/** `gh-switch`: shows a state that is on or off, and asks the device to change it. */

import { payloadIn } from "../../lib/commands/payload-in.ts";
import { h, setAttribute } from "../dom.ts";
import { GhControl } from "./control.ts";

export class GhSwitch extends GhControl {
  /** As asked for and not yet answered. */
  #wish: boolean | null = null;

  override generate(): void {
    const knob = h("button", { type: "button", role: "switch", part: "control", "aria-checked": "false" });
    knob.append(h("span", { part: "knob" }));
    knob.addEventListener("click", () => this.#turn());
    this.root.append(h("div", { part: "row" }, this.heading(), knob), this.outcomePlace(), h("div", { part: "age" }));
  }

  get isOn(): boolean {
    const on = this.getAttribute("on");
    if (on !== null) return String(this.value) === on;
    return /^(on|true|1)$/i.test(String(this.value));
  }

  #turn(): void {
    this.#wish = !(this.#wish ?? this.isOn);
    this.send(payloadIn(this.getAttribute(this.#wish ? "on" : "off")) ?? this.#wish);
    this.changed();
  }

  /** A wish that failed is none; one that was delivered waits for the device to say so. */
  override failed(): void {
    this.#wish = null;
    super.failed();
  }

  override receive(): void {
    this.#wish = null;
  }

  override render(): void {
    const knob = this.adapt();
    setAttribute(knob, "aria-checked", String(this.#wish ?? this.isOn));
    setAttribute(knob, "aria-label", this.label);
  }
}
