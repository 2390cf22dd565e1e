/** `gh-table`: a row for each type that it follows; or, of one, the rows of a list, the fields of an object, bytes in hex. */
import { elementOfType } from "../../lib/records/element-names.ts";
import type { GhComponent, Meta } from "../components/component.ts";
import type { Body } from "../components/lazy.ts";
import { h, insertSorted, setAttribute, setText } from "../dom.ts";
import { clockTime, hexRows } from "../format.ts";
import { compareNames } from "../natural.ts";
import type { Sample } from "../series.ts";
import { bytesOf, isBytes } from "../values.ts";
import { COURSE, FieldRows } from "./fields.ts";
import { fillTable } from "./rows.ts";

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly time: HTMLElement;
}

type Form = "topics" | "list" | "fields" | "bytes";

const MOST_ROWS = 500;

export class TableBody implements Body {
  readonly #host: GhComponent;
  readonly #head = h("thead");
  readonly #body = h("tbody");
  readonly #table: HTMLElement;
  readonly #newest = new Map<string, { value: unknown; meta: Meta }>();
  readonly #rows = new Map<string, Row>();
  readonly #changed = new Set<string>();
  #form: Form | null = null;
  #fields = new FieldRows(this.#body);
  #samples: Sample[] = [];

  constructor(host: GhComponent) {
    this.#host = host;
    this.#table = h("table", {}, this.#head, this.#body);
    const name = host.label || "Table";
    const box = h("div", { part: "box", tabindex: "0", role: "group", "aria-label": name }, this.#table);
    host.place("label").after(box);
  }

  receive(value: unknown, meta: Meta): void {
    if (!this.#newest.has(meta.topic) && this.#newest.size >= MOST_ROWS) return;
    this.#newest.set(meta.topic, { value, meta });
    this.#changed.add(meta.topic);
    this.#samples.push({ value, time: meta.time });
    if (this.#samples.length > COURSE) this.#samples.shift();
  }

  clear(): void {
    this.#newest.clear();
    this.#changed.clear();
    this.#samples = [];
    this.#enter(null);
  }

  render(): void {
    const { value } = this.#host;
    if (this.#samples.length === 0) return;
    const form = this.#formOf(value);
    if (form !== this.#form) this.#enter(form);
    const digits = this.#host.hasAttribute("digits") ? this.#host.number("digits", 0) : null;
    if (form === "list") this.#note(fillTable(this.#head, this.#body, value as readonly unknown[], digits));
    else if (form === "bytes") this.#showBytes(bytesOf(value as { base64: string }));
    else if (form === "fields") this.#fields.show(this.#samples);
    else this.#showTopics();
  }

  #formOf(value: unknown): Form {
    if (this.#host.topics.length > 1 || this.#newest.size > 1) return "topics";
    if (Array.isArray(value)) return "list";
    if (isBytes(value)) return "bytes";
    return typeof value === "object" && value !== null ? "fields" : "topics";
  }

  #enter(form: Form | null): void {
    this.#form = form;
    this.#rows.clear();
    this.#fields = new FieldRows(this.#body);
    for (const topic of this.#newest.keys()) this.#changed.add(topic);
    for (const part of [this.#head, this.#body]) part.replaceChildren();
    if (form === "topics") this.#head.append(headOf("Type", "Value", "Time"));
    setAttribute(this.#table, "data-form", form ?? "");
    this.#note("");
  }

  #note(text: string): void {
    setText(this.#host.place("note"), text);
  }

  #showTopics(): void {
    for (const topic of this.#changed) this.#show(topic);
    this.#changed.clear();
  }

  #show(topic: string): void {
    const { value, meta } = this.#newest.get(topic)!;
    const row = this.#rows.get(topic) ?? this.#add(meta);
    setText(row.value, this.#host.format(value));
    setText(row.time, clockTime(meta.time));
  }

  #add({ topic, type, device }: Meta): Row {
    const [value, time] = [h("td"), h("td", { part: "time" })];
    const name = elementOfType(device === this.#host.device ? type : topic);
    const element = h("tr", { "data-name": name }, h("th", { scope: "row" }, name), value, time);
    insertSorted(this.#body, element, (a, b) => compareNames(a.dataset.name!, b.dataset.name!));
    const row = { element, value, time };
    this.#rows.set(topic, row);
    return row;
  }

  #showBytes(bytes: Uint8Array): void {
    const rows = hexRows(bytes).map(({ offset, hex, text }) =>
      h("tr", {}, h("th", { scope: "row" }, offset), h("td", {}, hex), h("td", { part: "text" }, text)),
    );
    this.#body.replaceChildren(...rows);
    this.#note(bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`);
  }
}

function headOf(...names: readonly string[]): HTMLElement {
  return h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)));
}
