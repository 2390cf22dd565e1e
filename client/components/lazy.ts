/** A component whose inside is in a script of its own, which is loaded when the first of its kind is used. */
import { h, setText } from "../dom.ts";
import { GhComponent, type Meta } from "./component.ts";
import { clientFile } from "./page-source.ts";

/** What stands in the component; `host` is the element. */
export interface Body {
  receive?(value: unknown, meta: Meta): void;
  clear?(): void;
  render(): void;
}

/** What such a script exports: by the name of the element, how to open its inside. */
export type Bodies = Readonly<Record<string, (host: GhComponent) => Body>>;

/** The server may be away for a moment. */
const AGAIN_MS = 5_000;
/** What comes before the script waits for it. */
const MOST_EARLY = 10_000;

/** `file` is a script of the client, `history` the readings that `receive` hears of before the live ones. */
export function lazy(file: string, history: number): typeof GhComponent {
  return class extends GhComponent {
    static override readonly history: number = history;
    #body: Body | null = null;
    #early: [unknown, Meta][] = [];

    override generate(): void {
      this.root.append(this.heading(), h("div", { part: "note" }), h("div", { part: "age" }));
      void this.#load(0);
    }

    async #load(attempt: number): Promise<void> {
      try {
        // A browser remembers that an address failed.
        const { bodies } = (await import(`${clientFile(file)}#${attempt}`)) as { readonly bodies: Bodies };
        setText(this.place("note"), "");
        this.#body = bodies[this.localName]!(this);
        for (const [value, meta] of this.#early.splice(0)) this.#body.receive?.(value, meta);
        this.changed();
      } catch {
        setText(this.place("note"), "Its script cannot be loaded.");
        setTimeout(() => void this.#load(attempt + 1), AGAIN_MS);
      }
    }

    override receive(value: unknown, meta: Meta): void {
      if (this.#body) this.#body.receive?.(value, meta);
      else if (this.#early.push([value, meta]) > MOST_EARLY) this.#early.shift();
    }

    override clear(): void {
      this.#early = [];
      this.#body?.clear?.();
    }

    override render(): void {
      this.#body?.render();
    }
  };
}
