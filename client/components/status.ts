/** `gh-status`: a code as its text and colour, as `codes="0=Off 1=On:good 2='Much wind':bad"` say. */
import { setAttribute, setText } from "../dom.ts";
import { GhComponent } from "./component.ts";

export class GhStatus extends GhComponent {
  override render(): void {
    const code = codesIn(this.text("codes")).get(String(this.value));
    setText(this.place("value"), this.value === undefined ? "–" : (code?.text ?? this.format(this.value)));
    setAttribute(this, "mood", code?.mood ?? "none");
  }
}

interface Code {
  readonly text: string;
  readonly mood: string;
}

const CODE = /("[^"]*"|'[^']*'|[^\s=]+)=("[^"]*"|'[^']*'|[^\s:]+)(?::(good|warn|bad|none))?/g;

/** A code or a text of several words has quotes around it. */
export function codesIn(text: string): Map<string, Code> {
  return new Map(
    [...text.matchAll(CODE)].map(([, code, words, mood = "none"]) => [bare(code!), { text: bare(words!), mood }]),
  );
}

function bare(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}
