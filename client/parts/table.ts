/** `gh-table`: a row for each type that it follows, or the rows of a value that is a list. */
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, insertSorted, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { compareNames } from "../natural.ts";
import { fillTable } from "../robots/table.ts";

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly time: HTMLElement;
}

const MOST_ROWS = 500;

export class TableBody implements Body {
  readonly #host: GhComponent;
  readonly #newest = new Map<string, { value: unknown; meta: Meta }>();
  readonly #rows = new Map<string, Row>();
  readonly #changed = new Set<string>();

  constructor(host: GhComponent) {
    this.#host = host;
    const table = h("table", {}, h("caption", { class: "unseen" }, this.#host.label), h("thead"), h("tbody"));
    const box = h(
      "div",
      { part: "box", tabindex: "0", role: "group", "aria-label": this.#host.label || "Table" },
      table,
    );
    host.place("label").after(box);
  }

  receive(value: unknown, meta: Meta): void {
    if (!this.#newest.has(meta.topic) && this.#newest.size >= MOST_ROWS) return;
    this.#newest.set(meta.topic, { value, meta });
    this.#changed.add(meta.topic);
  }

  clear(): void {
    this.#newest.clear();
    this.#rows.clear();
    this.#host.root.querySelector("tbody")?.replaceChildren();
  }

  render(): void {
    const [head, body] = [this.#host.root.querySelector("thead")!, this.#host.root.querySelector("tbody")!];
    if (Array.isArray(this.#host.value) && this.#newest.size === 1) {
      setText(this.#host.place("note"), fillTable(head, body, this.#host.value));
      return;
    }
    if (head.children.length === 0 && this.#changed.size > 0) head.append(headOf("Type", "Value", "Time"));
    for (const topic of this.#changed) this.#show(body, topic);
    this.#changed.clear();
  }

  #show(body: HTMLElement, topic: string): void {
    const { value, meta } = this.#newest.get(topic)!;
    const row = this.#rows.get(topic) ?? this.#add(body, meta);
    setText(row.value, this.#host.format(value));
    setText(row.time, clockTime(meta.time));
  }

  #add(body: HTMLElement, { topic, type, device }: Meta): Row {
    const [value, time] = [h("td"), h("td", { part: "time" })];
    const name = device === this.#host.device ? type : topic;
    const element = h("tr", { "data-name": name }, h("th", { scope: "row" }, name), value, time);
    insertSorted(body, element, (a, b) => compareNames(a.dataset.name!, b.dataset.name!));
    const row = { element, value, time };
    this.#rows.set(topic, row);
    return row;
  }
}

function headOf(...names: readonly string[]): HTMLElement {
  return h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)));
}
