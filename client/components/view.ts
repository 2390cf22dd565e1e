/** `gh-view`: what stands in it is about one device, and laid out in a grid. */

/** A component of the page's own script may be defined a moment later. */
const PATIENCE_MS = 2_000;

/** The device is an attribute, and `closest` finds it; the grid is the style's. */
export class GhView extends HTMLElement {
  connectedCallback(): void {
    setTimeout(() => this.#markUnknown(), PATIENCE_MS);
  }

  /** A name that nobody defines is told where it stands. */
  #markUnknown(): void {
    for (const element of this.querySelectorAll(":not(:defined)")) {
      element.classList.add("unknown");
      element.textContent = `There is no component ${element.localName}.`;
    }
  }
}
