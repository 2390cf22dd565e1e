/** `gh-image`: the newest picture, whether it came as bytes or as base64 text. */
import type { GhComponent } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, setAttribute, setText } from "../dom.ts";
import { pictureOf, weightOf } from "../picture.ts";

export class ImageBody implements Body {
  readonly #host: GhComponent;

  constructor(host: GhComponent) {
    this.#host = host;
    const image = h("img", { part: "image", alt: "", decoding: "async", hidden: "" });
    image.addEventListener("error", () => setText(this.#host.place("note"), "This is no picture that can be shown."));
    host.place("label").after(image);
  }

  render(): void {
    const picture = pictureOf(this.#host.value);
    const image = this.#host.place<HTMLImageElement>("image");
    image.hidden = !picture;
    const words = this.#host.value === undefined ? "" : "The value is no picture.";
    setText(this.#host.place("note"), picture ? weightOf(picture.base64.length) : words);
    if (!picture) return;
    setAttribute(image, "alt", `Picture: ${this.#host.label}`);
    setAttribute(image, "src", `data:${picture.type};base64,${picture.base64}`);
  }
}
