/** Lists as tables: of values a row each, of lists their columns, of objects a column for each field. */
import { h } from "../dom.ts";
import { decimalsOf, formatNumber, formatValue } from "../format.ts";
import { isObject } from "../values.ts";

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

/** Rows are numbered as programs count them; numbers of a column have as many digits as one of them needs. Says what is not shown. */
export function fillTable(
  head: HTMLElement,
  body: HTMLElement,
  list: readonly unknown[],
  digits: number | null = null,
): string {
  const { columns, rows, more } = tableOf(list);
  const decimals =
    rows[0]?.map((_, column) => digits ?? Math.max(0, ...rows.map((row) => decimalsIn(row[column])))) ?? [];
  head.replaceChildren(...(columns.length > 0 ? [headOf(columns)] : []));
  body.replaceChildren(...rows.map((row, index) => rowOf(row, index, decimals)));
  return restOf(rows.length, more);
}

function headOf(columns: readonly string[]): HTMLElement {
  return h("tr", {}, h("td"), ...columns.map((name) => h("th", { scope: "col" }, name)));
}

function decimalsIn(value: unknown): number {
  return typeof value === "number" ? decimalsOf(value) : 0;
}

function rowOf(values: readonly unknown[], index: number, decimals: readonly number[]): HTMLElement {
  const cells = values.map((value, column) => h("td", {}, textOf(value, decimals[column])));
  return h("tr", {}, h("th", { scope: "row" }, String(index)), ...cells);
}

function textOf(value: unknown, decimals: number | undefined): string {
  return typeof value === "number" ? formatNumber(value, decimals) : formatValue(value, LONGEST_CELL);
}

function restOf(shown: number, more: number): string {
  if (shown === 0) return "An empty list";
  return more > 0 ? `and ${more} more` : "";
}
