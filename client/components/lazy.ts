/** A component whose inside is in a script of its own, which is loaded when the first of its kind is used. */
import { h, setText } from "../dom.ts";
import { GhComponent, type Meta } from "./component.ts";
import { loadInside } from "./inside.ts";

/** What stands in the component; `host` is the element. */
export interface Body {
  receive?(value: unknown, meta: Meta): void;
  clear?(): void;
  render(): void;
}

/** What such a script exports: by the name of the element, how to open its inside. */
export type Bodies = Readonly<Record<string, (host: GhComponent) => Body>>;

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
      void this.#load();
    }

    async #load(): Promise<void> {
      const say = (text: string) => setText(this.place("note"), text);
      const { bodies } = await loadInside<{ bodies: Bodies }>(file, () => say("Its script cannot be loaded."));
      this.guard(() => {
        say("");
        this.#body = bodies[this.localName]!(this);
        for (const [value, meta] of this.#early.splice(0)) this.#body.receive?.(value, meta);
        this.changed();
      });
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
