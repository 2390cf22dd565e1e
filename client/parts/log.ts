/** `gh-log`: the last values as lines, the newest below; who scrolls up to read is not pulled down. */
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h } from "../dom.ts";
import { clockTime } from "../format.ts";
import { pictureName } from "../picture.ts";

interface Line {
  readonly text: string;
  readonly meta: Meta;
}

/** Of a log as it is drawn. */
const MOST_LINES = 200;

export class LogBody implements Body {
  readonly #host: GhComponent;
  #lines: Line[] = [];
  #drawn = 0;
  #received = 0;

  constructor(host: GhComponent) {
    this.#host = host;
    const list = h("ol", { part: "lines" });
    const box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": "Lines" }, list);
    host.place("label").after(box);
  }

  receive(value: unknown, meta: Meta): void {
    this.#received++;
    const isWords = typeof value === "string" && !pictureName(value);
    this.#lines.push({ text: isWords ? value.slice(0, 1000) : this.#host.format(value), meta });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  clear(): void {
    this.#lines = [];
    this.#drawn = this.#received;
    this.#host.root.querySelector("ol")?.replaceChildren();
  }

  render(): void {
    const fresh = Math.min(this.#lines.length, this.#received - this.#drawn);
    this.#drawn = this.#received;
    if (fresh === 0) return;
    const [box, list] = [this.#host.place("box"), this.#host.root.querySelector("ol")!];
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 20;
    const isMixed = this.#host.topics.length > 1 || /[+#]/.test(this.#host.text("type"));
    const nameOf = ({ device, type, topic }: Meta) => (!isMixed ? "" : device === this.#host.device ? type : topic);
    list.append(...this.#lines.slice(-fresh).map((line) => lineOf(line, nameOf(line.meta))));
    while (list.children.length > MOST_LINES) list.firstChild!.remove();
    if (follows) box.scrollTop = box.scrollHeight;
  }
}

function lineOf({ text, meta }: Line, name: string): HTMLElement {
  const from = name === "" ? [] : [h("span", { part: "name" }, name)];
  return h("li", {}, h("span", { part: "time" }, clockTime(meta.time)), ...from, h("span", { part: "text" }, text));
}
