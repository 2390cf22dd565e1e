/** The fields of an object as rows of a table: a name, the course where it is a number, the value. */
import { h, setText } from "../dom.ts";
import { decimalsOf, formatNumber, formatValue } from "../format.ts";
import { type Point, pointsOf, type Sample } from "../series.ts";
import { sparkline } from "../sparkline.ts";
import { fieldsOf } from "../values.ts";

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly spark: ReturnType<typeof sparkline>;
}

/** Readings in the drawing beside a field. */
export const COURSE = 80;
/** Readings that have as many digits as one of them needs. */
const RECENT = 30;

export class FieldRows {
  readonly #body: HTMLElement;
  readonly #rows = new Map<string, Row>();

  constructor(body: HTMLElement) {
    this.#body = body;
  }

  /** Of the newest of `samples`; those before are its course. */
  show(samples: readonly Sample[]): void {
    const fields = fieldsOf(samples.at(-1)!.value);
    const recent = samples.map(({ time, value }) => ({ time, value: new Map(fieldsOf(value)) }));
    const names = new Set(fields.map(([name]) => name));
    for (const [name, row] of this.#rows) if (!names.has(name) && this.#rows.delete(name)) row.element.remove();
    for (const [name, value] of fields) {
      const row = this.#rows.get(name) ?? this.#add(name);
      const points = typeof value === "number" ? pointsOf(recent, (whole) => whole.get(name)) : [];
      setText(row.value, typeof value === "number" ? fieldNumber(name, value, points) : formatValue(value, 200));
      row.spark.update(points);
    }
  }

  #add(name: string): Row {
    const [value, spark] = [h("td", { part: "field" }), sparkline()];
    const element = h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, spark.element), value);
    const row = { element, value, spark };
    this.#rows.set(name, row);
    this.#body.append(element);
    return row;
  }
}

/** A degree's fourth digit is eleven metres: a position keeps its digits even when they are zeros. */
function fieldNumber(name: string, value: number, points: readonly Point[]): string {
  if (name === "longitude" || name === "latitude") return formatNumber(value, Math.max(4, decimalsOf(value, 6)));
  return formatNumber(
    value,
    points.slice(-RECENT).reduce((most, point) => Math.max(most, decimalsOf(point.value)), decimalsOf(value)),
  );
}
