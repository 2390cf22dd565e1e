/** Lists as tables: of values a row each, of lists their columns, of objects a column for each field. */
import { h } from "../dom.ts";
import { formatValue } from "../format.ts";

const MOST_ROWS = 24;
const MOST_COLUMNS = 12;
const LONGEST_CELL = 60;

export interface Table {
  /** Empty where the columns have no names. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly more: number;
}

export function tableOf(list: readonly unknown[]): Table {
  const shown = list.slice(0, MOST_ROWS);
  const more = list.length - shown.length;
  if (shown.every(isObject)) {
    const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))].slice(0, MOST_COLUMNS);
    return { columns, rows: shown.map((row) => columns.map((name) => row[name])), more };
  }
  const rows = shown.map((row) => (Array.isArray(row) ? row.slice(0, MOST_COLUMNS) : [row]));
  return { columns: [], rows, more };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rows are numbered as programs count them. Says what is not shown. */
export function fillTable(head: HTMLElement, body: HTMLElement, list: readonly unknown[]): string {
  const { columns, rows, more } = tableOf(list);
  head.replaceChildren(...(columns.length > 0 ? [headOf(columns)] : []));
  body.replaceChildren(...rows.map(rowOf));
  return restOf(rows.length, more);
}

function headOf(columns: readonly string[]): HTMLElement {
  const corner = h("th", { scope: "col" }, h("span", { class: "unseen" }, "Number"));
  return h("tr", {}, corner, ...columns.map((name) => h("th", { scope: "col" }, name)));
}

function rowOf(values: readonly unknown[], index: number): HTMLElement {
  const cells = values.map((value) => h("td", {}, formatValue(value, LONGEST_CELL)));
  return h("tr", {}, h("th", { scope: "row" }, String(index)), ...cells);
}

function restOf(shown: number, more: number): string {
  if (shown === 0) return "An empty list";
  return more > 0 ? `and ${more} more` : "";
}
