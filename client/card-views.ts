/** The bodies of cards, one for each kind of value. */
import { h, setText } from "./dom.ts";
import { clockTime, cut, decimalsOf, formatHex, formatNumber, formatSpan, formatValue, hexRows } from "./format.ts";
import { type Point, pointsOf, type Sample } from "./series.ts";
import { rangeOf, sparkline } from "./sparkline.ts";
import { track } from "./track.ts";
import { bytesOf, fieldsOf, isBytes, isPosition, soleNumber } from "./values.ts";

type Show = (samples: readonly Sample[]) => void;

const LOG_LINES = 8;
const LONGEST_LINE = 500;
/** Readings in the drawing beside a field. */
const SMALL_POINTS = 80;

/** Digits after the point that the last values need: the same for all, so that the number stands still. */
function commonDecimals(points: readonly Point[]): number {
  return points.slice(-30).reduce((most, { value }) => Math.max(most, decimalsOf(value)), 0);
}

export function numberView(body: HTMLElement): Show {
  const number = h("span");
  const name = h("span", { class: "what" });
  const spark = sparkline();
  const range = h("p", { class: "range" });
  body.append(h("p", { class: "number" }, number, name), spark.element, range);
  return (samples) => {
    const points = pointsOf(samples, (value) => soleNumber(value)?.number);
    const decimals = commonDecimals(points);
    setText(name, soleNumber(samples.at(-1)!.value)?.name ?? "");
    setText(number, formatNumber(points.at(-1)?.value ?? Number.NaN, decimals));
    spark.update(points);
    setText(range, rangeText(points, decimals));
  };
}

function rangeText(points: readonly Point[], decimals: number): string {
  if (points.length < 2) return "first reading";
  const [least, most] = rangeOf(points);
  const length = formatSpan(points.at(-1)!.time - points[0]!.time);
  return `${formatNumber(least, decimals)} to ${formatNumber(most, decimals)} in ${length}`;
}

export function flagView(body: HTMLElement): Show {
  const state = h("p", { class: "number" });
  const since = h("p", { class: "range" });
  body.append(state, since);
  return (samples) => {
    const last = samples.at(-1)!;
    const before = samples.findLastIndex(({ value }) => value !== last.value);
    setText(state, String(last.value));
    setText(since, before < 0 ? "unchanged so far" : `since ${clockTime(samples[before + 1]!.time)}`);
  };
}

/** The last lines, newest below, as a terminal has them. */
export function logView(body: HTMLElement): Show {
  const list = h("ol", { class: "log" });
  body.append(list);
  return (samples) => {
    const lines = samples.slice(-LOG_LINES).map(({ time, value }) => {
      const text = isBytes(value) ? formatHex(bytesOf(value), 64) : String(value);
      return h("li", {}, h("span", { class: "log-time" }, clockTime(time)), h("span", {}, cut(text, LONGEST_LINE)));
    });
    list.replaceChildren(...lines);
  };
}

export function bytesView(body: HTMLElement): Show {
  const dump = h("ol", { class: "hex" });
  const size = h("p", { class: "range" });
  body.append(dump, size);
  return (samples) => {
    const value = samples.at(-1)!.value;
    const bytes = isBytes(value) ? bytesOf(value) : new Uint8Array();
    const rows = hexRows(bytes).map(({ offset, hex, text }) =>
      h(
        "li",
        {},
        h("span", { class: "hex-offset" }, offset),
        h("span", {}, hex),
        h("span", { class: "hex-text" }, text),
      ),
    );
    dump.replaceChildren(...rows);
    setText(size, bytes.length === 1 ? "1 byte" : `${bytes.length} bytes`);
  };
}

export function positionView(body: HTMLElement): Show {
  const path = track();
  const rest = h("div");
  body.append(path.element, rest);
  const showRest = fieldsView(rest);
  return (samples) => {
    path.update(samples.map(({ value }) => value).filter(isPosition));
    showRest(samples);
  };
}

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly spark: ReturnType<typeof sparkline>;
}

export function fieldsView(body: HTMLElement): Show {
  const list = h("dl", { class: "fields" });
  const rows = new Map<string, Row>();
  body.append(list);
  return (samples) => {
    const fields = fieldsOf(samples.at(-1)!.value);
    const recent = samples.slice(-SMALL_POINTS).map(({ time, value }) => ({ time, value: new Map(fieldsOf(value)) }));
    const names = new Set(fields.map(([name]) => name));
    for (const [name, row] of rows) if (!names.has(name) && rows.delete(name)) row.element.remove();
    for (const [name, value] of fields) {
      const row = rows.get(name) ?? addRow(list, rows, name);
      const points = typeof value === "number" ? pointsOf(recent, (whole) => whole.get(name)) : [];
      setText(row.value, typeof value === "number" ? fieldNumber(name, value, points) : formatValue(value, 200));
      row.spark.update(points);
    }
  };
}

/** A degree's fourth digit is eleven metres: a position keeps its digits even when they are zeros. */
function fieldNumber(name: string, value: number, points: readonly Point[]): string {
  const degrees = name === "longitude" || name === "latitude";
  return formatNumber(value, degrees ? Math.max(4, decimalsOf(value, 6)) : commonDecimals(points));
}

function addRow(list: HTMLElement, rows: Map<string, Row>, name: string): Row {
  const value = h("span", { class: "field-value" });
  const spark = sparkline();
  const element = h("div", {}, h("dt", {}, name), h("dd", {}, spark.element, value));
  const row = { element, value, spark };
  rows.set(name, row);
  list.append(element);
  return row;
}

export function otherView(body: HTMLElement): Show {
  const text = h("p", { class: "other" });
  body.append(text);
  return (samples) => setText(text, formatValue(samples.at(-1)!.value, 500));
}
