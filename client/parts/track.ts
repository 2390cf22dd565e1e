/** `gh-track`: where a device was and is, on a plane with its trail. */
import type { GhComponent } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, setText } from "../dom.ts";
import { track } from "../track.ts";
import { isPosition, type Position } from "../values.ts";

const MOST_POSITIONS = 1000;

export class TrackBody implements Body {
  readonly #host: GhComponent;
  readonly #drawing = track();
  #positions: Position[] = [];

  constructor(host: GhComponent) {
    this.#host = host;
    host.place("label").after(this.#drawing.element, h("div", { part: "place" }));
  }

  receive(value: unknown): void {
    if (!isPosition(value)) return;
    this.#positions.push(value);
    if (this.#positions.length > MOST_POSITIONS) this.#positions.shift();
  }

  clear(): void {
    this.#positions = [];
  }

  render(): void {
    if (this.#positions.length > 0) this.#drawing.update(this.#positions);
    setText(this.#host.place("place"), this.#host.value === undefined ? "" : this.#host.format(this.#positions.at(-1)));
  }
}
