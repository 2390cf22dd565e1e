/** The style of all components: one sheet for them all. */
import css from "./component.shadow.css";

let shared: CSSStyleSheet | null = null;

export function sheet(): CSSStyleSheet {
  if (shared) return shared;
  shared = new CSSStyleSheet();
  shared.replaceSync(css);
  return shared;
}
