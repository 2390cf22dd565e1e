/** A component that is made of others: it stands in the page itself, so that the page's style reaches what is in it. */
import { AttributedElement } from "./attributes.ts";
import { loadInside } from "./inside.ts";

/** What its script exports: by the name of the element, how to fill it. Returns how to end that. */
export type Openings = Readonly<Record<string, (host: AttributedElement) => () => void>>;

export function composed(file: string): typeof HTMLElement {
  return class extends AttributedElement {
    static readonly observedAttributes: readonly string[] = ["device", "network", "level", "cards", "compact"];
    /** Rises with each opening: one that was overtaken while its script came is void. */
    #turn = 0;
    #end: (() => void) | null = null;

    connectedCallback(): void {
      void this.#open(++this.#turn);
    }

    disconnectedCallback(): void {
      this.#turn++;
      this.#end?.();
      this.#end = null;
    }

    attributeChangedCallback(): void {
      if (!this.#end) return;
      this.disconnectedCallback();
      this.connectedCallback();
    }

    async #open(turn: number): Promise<void> {
      const failed = () => this.replaceChildren("Its script cannot be loaded.");
      const { openings } = await loadInside<{ openings: Openings }>(file, failed);
      if (turn === this.#turn) this.#end = openings[this.localName]!(this);
    }
  };
}
