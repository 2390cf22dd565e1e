/** Dials of simulated devices: numbers within limits, the same in the form and in messages. */
import { type Fields, numberOption } from "../shared/options.ts";
import { controlFields } from "./control.ts";

interface Dial {
  readonly range: readonly [least: number, most: number];
  readonly preset: number;
  /** A percentage, read as a share of 1. */
  readonly isShare?: true;
}

/** Of a message: the dials that it turns, and whether it asks for the counts. */
export interface Turned<Values> {
  readonly counts: boolean;
  readonly dials: Readonly<Partial<Values>>;
}

export class Dials<Name extends string> {
  readonly #dials: Readonly<Record<Name, Dial>>;
  readonly #names: readonly Name[];

  constructor(dials: Readonly<Record<Name, Dial>>) {
    this.#dials = dials;
    this.#names = Object.keys(dials) as Name[];
  }

  /** Throws RangeError naming the field. */
  read(fields: Fields): Record<Name, number> {
    return this.#valuesOf(fields, this.#names) as Record<Name, number>;
  }

  /** Throws RangeError naming what is wrong. */
  turn(payload: unknown): Turned<Record<Name, number>> {
    const fields = controlFields(payload, [...this.#names, "counts"]);
    const given = this.#names.filter((name) => fields[name] !== undefined);
    return { counts: fields.counts === true, dials: this.#valuesOf(fields, given) };
  }

  #valuesOf(fields: Fields, names: readonly Name[]): Partial<Record<Name, number>> {
    const values: Partial<Record<Name, number>> = {};
    for (const name of names) {
      const { range, preset, isShare } = this.#dials[name];
      const value = numberOption(fields, name, range, preset);
      values[name] = isShare ? value / 100 : value;
    }
    return values;
  }
}
