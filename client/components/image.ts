/** `gh-image`: the newest picture, whether it came as bytes or as base64 text. */
import { h, setAttribute, setText } from "../dom.ts";
import { pictureOf, weightOf } from "../robots/picture.ts";
import { GhComponent } from "./component.ts";

export class GhImage extends GhComponent {
  override generate(): void {
    const image = h("img", { part: "image", alt: "", decoding: "async", hidden: "" });
    image.addEventListener("error", () => setText(this.place("note"), "This is no picture that can be shown."));
    this.root.append(this.heading(), image, h("div", { part: "note" }), h("div", { part: "age" }));
  }

  override render(): void {
    const picture = pictureOf(this.value);
    const image = this.place<HTMLImageElement>("image");
    const isMissing = this.value !== undefined && !picture;
    setText(
      this.place("note"),
      picture ? weightOf(picture.base64.length) : isMissing ? "The value is no picture." : "",
    );
    image.hidden = !picture;
    if (!picture) return;
    setAttribute(image, "alt", `Picture: ${this.label}`);
    setAttribute(image, "src", `data:${picture.type};base64,${picture.base64}`);
  }
}
