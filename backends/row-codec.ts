/** Between the columns that cross threads and the rows of the database. */
import type { PartKind } from "../lib/store/value.ts";
import type { RowPart, Rows } from "./file-messages.ts";

export interface EntryRow {
  readonly topic: number;
  readonly sequence: number;
  readonly time: number;
  /** Null for NaN, which SQLite has not. */
  readonly number: number | null;
  readonly kind: PartKind | null;
  readonly value: string | Uint8Array | null;
  readonly raw: Uint8Array | null;
}

export type PartColumns = readonly [kind: string | null, value: string | Uint8Array | null, raw: Uint8Array | null];

export const NO_PART: PartColumns = [null, null, null];

/** Text goes as JSON, which keeps what SQLite's text would not: zero characters and lone surrogates. */
export function encodePart([, kind, text, raw]: RowPart): PartColumns {
  const rawColumn = raw === null ? null : Buffer.from(raw, "latin1");
  if (kind === "bytes") return [kind, Buffer.from(text, "latin1"), rawColumn];
  return [kind, kind === "text" ? JSON.stringify(text) : text, rawColumn];
}

export function decodeRows(rows: readonly EntryRow[]): Rows {
  const parts: RowPart[] = [];
  rows.forEach((row, index) => {
    if (row.kind !== null) parts.push(decodePart(index, row.kind, row));
  });
  return {
    topics: Int32Array.from(rows, ({ topic }) => topic),
    sequences: Float64Array.from(rows, ({ sequence }) => sequence),
    times: Float64Array.from(rows, ({ time }) => time),
    numbers: Float64Array.from(rows, ({ number }) => number ?? Number.NaN),
    parts,
  };
}

function decodePart(index: number, kind: PartKind, { value, raw }: EntryRow): RowPart {
  return [index, kind, decodeText(kind, value), raw === null ? null : latin1(raw)];
}

function decodeText(kind: PartKind, value: EntryRow["value"]): string {
  if (value instanceof Uint8Array) return latin1(value);
  return kind === "text" ? (JSON.parse(value ?? '""') as string) : (value ?? "");
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
