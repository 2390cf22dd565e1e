/** `gh-log`: the last values as lines, the newest below; who scrolls up to read is not pulled down. */
import { h } from "../dom.ts";
import { clockTime } from "../format.ts";
import { GhComponent, type Meta } from "./component.ts";

interface Line {
  readonly text: string;
  readonly meta: Meta;
}

/** Of a log as it is drawn. */
const MOST_LINES = 200;

export class GhLog extends GhComponent {
  static override readonly history: number = 50;
  #lines: Line[] = [];
  #drawn = 0;
  #received = 0;

  override generate(): void {
    const list = h("ol", { part: "lines" });
    const box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": "Lines" }, list);
    this.root.append(this.heading(), box, h("div", { part: "age" }));
  }

  override receive(value: unknown, meta: Meta): void {
    this.#received++;
    this.#lines.push({ text: typeof value === "string" ? value.slice(0, 1000) : this.format(value), meta });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  override clear(): void {
    this.#lines = [];
    this.#drawn = this.#received;
    this.root.querySelector("ol")?.replaceChildren();
  }

  override render(): void {
    const fresh = Math.min(this.#lines.length, this.#received - this.#drawn);
    this.#drawn = this.#received;
    if (fresh === 0) return;
    const [box, list] = [this.place("box"), this.root.querySelector("ol")!];
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 20;
    const isMixed = this.topics.length > 1 || /[+#]/.test(this.text("type"));
    const nameOf = ({ device, type, topic }: Meta) => (!isMixed ? "" : device === this.device ? type : topic);
    list.append(...this.#lines.slice(-fresh).map((line) => lineOf(line, nameOf(line.meta))));
    while (list.children.length > MOST_LINES) list.firstChild!.remove();
    if (follows) box.scrollTop = box.scrollHeight;
  }
}

function lineOf({ text, meta }: Line, name: string): HTMLElement {
  const from = name === "" ? [] : [h("span", { part: "name" }, name)];
  return h("li", {}, h("span", { part: "time" }, clockTime(meta.time)), ...from, h("span", { part: "text" }, text));
}
