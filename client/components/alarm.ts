/** Tells when a number leaves its bounds `low` and `high`, and when it is back: at the component, and once in words. */
import { announce } from "../announce.ts";

export interface Bounded extends HTMLElement {
  readonly label: string;
  number(name: string): number;
  formatNumber(number: number): string;
}

export class Alarm {
  readonly #component: Bounded;
  #state = "";

  constructor(component: Bounded) {
    this.#component = component;
  }

  /** Undefined where there is no number. */
  judge(value: number | undefined): void {
    const state = this.#stateOf(value);
    if (state === this.#state) return;
    this.#state = state;
    if (state === "") this.#component.removeAttribute("alarm");
    else this.#component.setAttribute("alarm", state);
    announce(
      `${this.#component.label}: ${this.#component.formatNumber(value ?? Number.NaN)}, ${state === "" ? "normal again" : `too ${state}`}`,
    );
  }

  /** What is no number is beyond nothing. */
  #stateOf(value: number | undefined): string {
    if (value! > this.#component.number("high")) return "high";
    return value! < this.#component.number("low") ? "low" : "";
  }
}
