/** `gh-log`: the last values as lines, the newest below; who scrolls up to read is not pulled down. */
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { pictureName } from "../picture.ts";

interface Line {
  readonly text: string;
  /** Of the newest, where the same came several times in a row. */
  meta: Meta;
  count: number;
  element: HTMLElement | null;
}

/** Of a log as it is drawn. */
const MOST_LINES = 200;

export class LogBody implements Body {
  readonly #host: GhComponent;
  #lines: Line[] = [];
  /** Lines that are not drawn yet, and the one whose count is another than drawn. */
  #fresh = 0;
  #again: Line | null = null;

  constructor(host: GhComponent) {
    this.#host = host;
    const list = h("ol", { part: "lines" });
    const box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": "Lines" }, list);
    host.place("label").after(box);
  }

  receive(value: unknown, meta: Meta): void {
    const isWords = typeof value === "string" && !pictureName(value);
    const text = isWords ? value.slice(0, 1000) : this.#host.format(value);
    const last = this.#lines.at(-1);
    if (last?.text === text && last.meta.topic === meta.topic) {
      last.meta = meta;
      last.count++;
      this.#again = last;
      return;
    }
    this.#fresh++;
    this.#lines.push({ text, meta, count: 1, element: null });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  clear(): void {
    this.#lines = [];
    this.#fresh = 0;
    this.#again = null;
    this.#host.root.querySelector("ol")?.replaceChildren();
  }

  render(): void {
    if (this.#again?.element) tellCount(this.#again);
    this.#again = null;
    const fresh = Math.min(this.#lines.length, this.#fresh);
    this.#fresh = 0;
    if (fresh === 0) return;
    const [box, list] = [this.#host.place("box"), this.#host.root.querySelector("ol")!];
    const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 20;
    const isMixed = this.#host.topics.length > 1 || /[+#]/.test(this.#host.text("type"));
    const nameOf = ({ device, type, topic }: Meta) => (!isMixed ? "" : device === this.#host.device ? type : topic);
    list.append(...this.#lines.slice(-fresh).map((line) => elementOf(line, nameOf(line.meta))));
    while (list.children.length > MOST_LINES) list.firstChild!.remove();
    if (follows) box.scrollTop = box.scrollHeight;
  }
}

function elementOf(line: Line, name: string): HTMLElement {
  const from = name === "" ? [] : [h("span", { part: "name" }, name)];
  const [time, count] = [h("span", { part: "time" }), h("span", { part: "count" })];
  line.element = h("li", {}, time, ...from, h("span", { part: "text" }, line.text), count);
  tellCount(line);
  return line.element;
}

/** What is said again and again is one line: its newest time, and how often. */
function tellCount({ element, meta, count }: Line): void {
  setText(element!.firstElementChild!, clockTime(meta.time));
  setText(element!.lastElementChild!, count > 1 ? `×${count}` : "");
}
