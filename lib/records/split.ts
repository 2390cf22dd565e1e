/** What a record becomes: values under the names of their readings, or the one reason why it is none. */

/** One reading's name, and what else is known of it before a record comes. */
export interface Column {
  readonly type: string;
  /** For people; readings carry it along. */
  readonly unit?: string | undefined;
}

/** `values[n]` belongs to `columns[n]`. */
export interface Split {
  readonly columns: readonly Column[];
  readonly values: readonly unknown[];
}

/**
 * `empty` nothing in it · `too-long` more bytes than the limit · `binary` no text · `unclosed-quote` a quoted field without
 * an end · `unknown-tag` no schema of this tag · `too-few-fields`, `too-many-fields` than its schema has ·
 * `unknown-code` in no row of a table without a default · `not-a-number` where the schema wants one ·
 * `expression` failed, gave nothing, or took too long · `bad-name` a field's name that no reading can have ·
 * `forbidden-name` one that would reach a prototype · `too-deep` lists and objects in one another ·
 * `no-json` a value that JSON has no words for
 */
export type SplitFault =
  | "empty"
  | "too-long"
  | "binary"
  | "unclosed-quote"
  | "unknown-tag"
  | "too-few-fields"
  | "too-many-fields"
  | "unknown-code"
  | "not-a-number"
  | "expression"
  | "bad-name"
  | "forbidden-name"
  | "too-deep"
  | "no-json";

/** Returned, not thrown: a flood of wrong records must not cost a stack trace each. */
export class RejectedRecord {
  readonly reason: SplitFault;
  /** What is wrong, for people; quotes little of the record. */
  readonly detail: string;
  readonly tag: string | undefined;
  readonly field: string | undefined;

  constructor(reason: SplitFault, detail: string, tag?: string, field?: string) {
    this.reason = reason;
    this.detail = detail;
    this.tag = tag;
    this.field = field;
  }
}
