/** `gh-track`: where a device was and is, on a plane with its trail. */
import { h, setText } from "../dom.ts";
import { track } from "../track.ts";
import { isPosition, type Position } from "../values.ts";
import { GhComponent } from "./component.ts";

const MOST_POSITIONS = 1000;

export class GhTrack extends GhComponent {
  static override readonly history: number = 300;
  readonly #drawing = track();
  #positions: Position[] = [];

  override generate(): void {
    this.root.append(this.heading(), this.#drawing.element, h("div", { part: "place" }), h("div", { part: "age" }));
  }

  override receive(value: unknown): void {
    if (!isPosition(value)) return;
    this.#positions.push(value);
    if (this.#positions.length > MOST_POSITIONS) this.#positions.shift();
  }

  override clear(): void {
    this.#positions = [];
  }

  override render(): void {
    if (this.#positions.length > 0) this.#drawing.update(this.#positions);
    setText(this.place("place"), this.value === undefined ? "" : this.format(this.#positions.at(-1)));
  }
}
