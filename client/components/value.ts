/** `gh-value`: the newest value of a type, large, with its unit; a long text small. */
import { setText } from "../dom.ts";
import { GhComponent } from "./component.ts";

/** Longer texts are read, not glanced at. */
const FIGURE_LENGTH = 18;

export class GhValue extends GhComponent {
  override render(): void {
    super.render();
    const place = this.place("value");
    place.toggleAttribute("data-long", (place.textContent ?? "").length > FIGURE_LENGTH);
  }
}

/** Coloured by its code: `gh-status codes="0=Off 1=On:good 2=Fault:bad"`. */
export class GhStatus extends GhComponent {
  override render(): void {
    const code = codesIn(this.text("codes")).get(String(this.value));
    const place = this.place("value");
    setText(place, code?.text ?? this.format(this.value));
    this.setAttribute("mood", code?.mood ?? "none");
  }
}

interface Code {
  readonly text: string;
  readonly mood: string;
}

const CODE = /([^\s=]+)=("[^"]*"|'[^']*'|[^\s:]+)(?::(good|warn|bad|none))?/g;

/** `0=Off 1='All well':good` */
export function codesIn(text: string): Map<string, Code> {
  return new Map(
    [...text.matchAll(CODE)].map(([, code, words, mood]) => [
      code!,
      { text: words!.replace(/^["']|["']$/g, ""), mood: mood ?? "none" },
    ]),
  );
}
