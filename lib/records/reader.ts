/** What reads the value of one field of a schema, and how it rejects a record. */
import type { RejectedRecord, SplitFault } from "./split.ts";

/** The value of the record's fields from `at` on, or why it has none. */
export type Read = (texts: readonly string[], at: number) => string | number | RejectedRecord;

/** As `Read`, but gives the element's bytes. Those of a word that comes again and again are the same ones: read only. */
export type Write = (texts: readonly string[], at: number) => Uint8Array | RejectedRecord;

export type Reject = (reason: SplitFault, detail: string) => RejectedRecord;

export interface Reader {
  /** How many of the record's fields it takes. */
  readonly inputs: number;
  readonly read: Read;
  /** The element's bytes, where they are had for less than by way of the value. */
  readonly write?: Write;
}

const QUOTED_LENGTH = 40;

export function notANumber(text: string, reject: Reject): RejectedRecord {
  return reject("not-a-number", `${quoted(text)} is no number`);
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text);
}
