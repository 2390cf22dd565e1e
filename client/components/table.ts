/** `gh-table`: a row for each type that it follows, or the rows of a value that is a list. */
import { h, insertSorted, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { compareNames } from "../natural.ts";
import { fillTable } from "../robots/table.ts";
import { GhComponent, type Meta } from "./component.ts";

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly time: HTMLElement;
}

const MOST_ROWS = 500;

export class GhTable extends GhComponent {
  readonly #newest = new Map<string, { value: unknown; meta: Meta }>();
  readonly #rows = new Map<string, Row>();
  readonly #changed = new Set<string>();

  override generate(): void {
    const table = h("table", {}, h("caption", { class: "unseen" }, this.label), h("thead"), h("tbody"));
    const box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": this.label || "Table" }, table);
    this.root.append(this.heading(), box, h("div", { part: "note" }), h("div", { part: "age" }));
  }

  override receive(value: unknown, meta: Meta): void {
    if (!this.#newest.has(meta.topic) && this.#newest.size >= MOST_ROWS) return;
    this.#newest.set(meta.topic, { value, meta });
    this.#changed.add(meta.topic);
  }

  override clear(): void {
    this.#newest.clear();
    this.#rows.clear();
    this.root.querySelector("tbody")?.replaceChildren();
  }

  override render(): void {
    const [head, body] = [this.root.querySelector("thead")!, this.root.querySelector("tbody")!];
    if (Array.isArray(this.value) && this.#newest.size === 1) {
      setText(this.place("note"), fillTable(head, body, this.value));
      return;
    }
    if (head.children.length === 0 && this.#changed.size > 0) head.append(headOf("Type", "Value", "Time"));
    for (const topic of this.#changed) this.#show(body, topic);
    this.#changed.clear();
  }

  #show(body: HTMLElement, topic: string): void {
    const { value, meta } = this.#newest.get(topic)!;
    const row = this.#rows.get(topic) ?? this.#add(body, meta);
    setText(row.value, this.format(value));
    setText(row.time, clockTime(meta.time));
  }

  #add(body: HTMLElement, { topic, type, device }: Meta): Row {
    const [value, time] = [h("td"), h("td", { part: "time" })];
    const name = device === this.device ? type : topic;
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
