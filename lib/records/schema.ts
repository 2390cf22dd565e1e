/** A record schema: what the fields of one kind of record are, as data (PROTOCOLS 4). */

export interface RecordSchema {
  /** The record's first field. */
  readonly tag: string;
  readonly fields: readonly RecordField[];
}

/** Fields take the record's fields in order: one each where nothing else is said. */
export type RecordField =
  | NumberField
  | TextField
  | TableField
  | CompassField
  | DurationField
  | HexField
  | CombinedField
  | RestField
  | SkipField
  | GroupField
  | ExpressionField;

export type FieldKind = RecordField["kind"];

interface Named {
  /** The reading's type. Within a group `{n}` is the number of the repetition, `{nn}` with a zero before it. */
  readonly name: string;
  /** For people; readings carry it along. */
  readonly unit?: string;
}

interface Scaled {
  /** number × scale + offset; 1 and 0 where not given. */
  readonly scale?: number;
  readonly offset?: number;
}

export interface NumberField extends Named, Scaled {
  readonly kind: "number";
  /** Digits after the point that are kept; all where not given. */
  readonly decimals?: number;
}

interface TextField extends Named {
  readonly kind: "text";
}

export interface TableField extends Named {
  readonly kind: "table";
  /** Code → text. */
  readonly table: Readonly<Record<string, string>>;
  /** Of a code that is in no row; `{code}` stands for the code. Without one such a record is rejected. */
  readonly default?: string;
}

/** A direction in degrees, after scale and offset, as one of sixteen: 330 is `NNW`. */
export interface CompassField extends Named, Scaled {
  readonly kind: "compass";
}

export type DurationPart = "days" | "hours" | "minutes" | "seconds";

/** `HH:MM:SS`; hours go on beyond 23, so that no day is lost. */
export interface DurationField extends Named {
  readonly kind: "duration";
  /** What its fields count, in their order; one of seconds where not given. */
  readonly parts?: readonly DurationPart[];
}

/** Hexadecimal digits in groups: `28ff641e` is `28 FF 64 1E`. */
export interface HexField extends Named {
  readonly kind: "hex";
  /** How a field writes its number: as hexadecimal digits (16, where not given) or decimal ones (10). */
  readonly radix?: 10 | 16;
  /** Fields that it puts together; 1 where not given. */
  readonly inputs?: number;
  /** Least number of digits of each field, filled up with zeros. */
  readonly digits?: number;
  /** Digits of a group; 2 where not given, 0: no groups. */
  readonly group?: number;
  /** Between groups; a space where not given. */
  readonly separator?: string;
}

export type NumberPart = "whole" | "fraction" | "sign";

/** One number of several fields: 3, 25 and `-` are -3.25. */
export interface CombinedField extends Named {
  readonly kind: "combined";
  /** What its fields are, in their order; whole, fraction, sign where not given. */
  readonly parts?: readonly NumberPart[];
  /** Digits that the fraction stands for, so that 5 of 2 digits is 0.05; as many as are there where not given. */
  readonly digits?: number;
  /** What the sign's field says of a number below zero; `-` where not given. */
  readonly negative?: string;
}

/** All that is left of the record as one text, commas and all; only the last field. */
interface RestField extends Named {
  readonly kind: "rest";
}

/** Fields that nobody needs. */
interface SkipField {
  readonly kind: "skip";
  /** 1 where not given. */
  readonly inputs?: number;
}

/** Fields that come several times, such as those of sixteen sensors. */
export interface GroupField {
  readonly kind: "group";
  readonly repeat: number;
  /** Number of the first repetition; 1 where not given. */
  readonly first?: number;
  readonly fields: readonly RecordField[];
}

/** A value made of those of the record's other fields, by their names; takes no field itself. */
export interface ExpressionField extends Named {
  readonly kind: "expression";
  /** JSONata. */
  readonly expression: string;
}

/** Fields that read something. */
export type ReadField = Exclude<RecordField, SkipField | GroupField | ExpressionField>;
