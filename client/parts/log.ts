/** `gh-log`: the last values as lines, the newest below; who scrolls up to read is not pulled down. */
import { elementOfType } from "../../lib/records/element-names.ts";
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { pictureName } from "../picture.ts";
import { isNewer } from "../series.ts";

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
  readonly #list = h("ol", { part: "lines" });
  readonly #box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": "Lines" }, this.#list);
  #lines: Line[] = [];

  constructor(host: GhComponent) {
    this.#host = host;
    host.place("label").after(this.#box);
  }

  /** The values that topics have at the beginning come in any order. */
  receive(value: unknown, meta: Meta): void {
    const isWords = typeof value === "string" && !pictureName(value);
    const text = isWords ? value.slice(0, 1000) : this.#host.format(value);
    let at = this.#lines.length;
    while (at > 0 && !isNewer(meta, this.#lines[at - 1]!.meta)) at--;
    const before = this.#lines[at - 1];
    if (before?.text === text && before.meta.topic === meta.topic) {
      before.meta = meta;
      before.count++;
    } else this.#lines.splice(at, 0, { text, meta, count: 1, element: null });
    if (this.#lines.length > MOST_LINES) this.#lines.shift()!.element?.remove();
  }

  clear(): void {
    this.#lines = [];
    this.#list.replaceChildren();
  }

  render(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    const isMixed = this.#host.topics.length > 1 || /[+#]/.test(this.#host.text("type"));
    const nameOf = ({ device, type, topic }: Meta) => (!isMixed ? "" : device === this.#host.device ? type : topic);
    this.#lines.forEach((line, index) => {
      line.element ??= elementOf(line, elementOfType(nameOf(line.meta)));
      tellCount(line);
      if (line.element !== this.#list.children[index])
        this.#list.insertBefore(line.element, this.#list.children[index] ?? null);
    });
    if (scrollHeight - scrollTop - clientHeight < 20) this.#box.scrollTop = this.#box.scrollHeight;
  }
}

function elementOf({ text }: Line, name: string): HTMLElement {
  const from = name === "" ? [] : [h("span", { part: "name" }, name)];
  return h(
    "li",
    {},
    h("span", { part: "time" }),
    ...from,
    h("span", { part: "text" }, text),
    h("span", { part: "count" }),
  );
}

/** What is said again and again is one line: its newest time, and how often. */
function tellCount({ element, meta, count }: Line): void {
  setText(element!.firstElementChild!, clockTime(meta.time));
  setText(element!.lastElementChild!, count > 1 ? `×${count}` : "");
}
