/** What the file backend and its worker tell each other. */
import type { KeyRecord } from "../lib/store/keys.ts";
import type { PartKind, Stored } from "../lib/store/value.ts";
import type { BackendError } from "./backend.ts";
import type { DurableChange } from "./journal.ts";
import type { Hole } from "./log.ts";

/** The part beyond the number of the row at an index. */
export type RowPart = readonly [index: number, kind: PartKind, text: string, raw: string | null];

/** Entries as columns: typed arrays cross to the worker without a copy. */
export interface Rows {
  readonly topics: Int32Array;
  readonly sequences: Float64Array;
  readonly times: Float64Array;
  readonly numbers: Float64Array;
  readonly parts: readonly RowPart[];
}

/** Identities of readings, as columns too. */
export interface IdentityRows {
  readonly ids: readonly string[];
  readonly sequences: Float64Array;
}

export const NO_IDENTITIES: IdentityRows = { ids: [], sequences: new Float64Array(0) };

export type RowChange =
  | { readonly type: "dedupe"; readonly id: string; readonly sequence: number }
  | { readonly type: "done"; readonly topic: number; readonly sequence: number }
  | { readonly type: "trim"; readonly topic: number; readonly upTo: number }
  | { readonly type: "key"; readonly key: string; readonly record: KeyRecord | null };

export type TopicRow = readonly [id: number, name: string, removedUpTo: number];

/** One transaction; `durable` ones are synced before they are answered. */
export interface Transaction {
  readonly type: "commit";
  readonly durable: boolean;
  readonly topics: readonly TopicRow[];
  readonly rows: Rows;
  readonly changes: readonly RowChange[];
  readonly identities: IdentityRows;
  readonly holes: readonly Hole[];
  /** Every entry up to here is on disk with this transaction. */
  readonly settledUpTo: number;
  readonly ceiling: number;
}

export type ToWorker =
  | Transaction
  | { readonly type: "removed"; readonly marks: readonly (readonly [topic: number, upTo: number])[] }
  | { readonly type: "close"; readonly sequence: number | null };

export interface Loaded {
  readonly type: "loaded";
  readonly epoch: string;
  readonly sequence: number;
  readonly ceiling: number;
  readonly holes: readonly Hole[];
  readonly forgottenUpTo: number;
  readonly topics: readonly TopicRow[];
  readonly keys: readonly (readonly [key: string, record: KeyRecord])[];
  readonly dedupes: readonly (readonly [id: string, sequence: number])[];
}

export type FromWorker =
  | Loaded
  | { readonly type: "rows"; readonly rows: Rows }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly code: BackendError["code"]; readonly message: string }
  | { readonly type: "committed"; readonly error: string | null };

export function toRows(entries: readonly Stored[], idOf: (topic: string) => number): Rows {
  const parts: RowPart[] = [];
  entries.forEach(({ part }, index) => {
    if (part) parts.push([index, part.kind, part.text, part.raw]);
  });
  return {
    topics: Int32Array.from(entries, ({ topic }) => idOf(topic)),
    sequences: Float64Array.from(entries, ({ sequence }) => sequence),
    times: Float64Array.from(entries, ({ time }) => time),
    numbers: Float64Array.from(entries, ({ number }) => number),
    parts,
  };
}

export function toRowChanges(change: DurableChange, idOf: (topic: string) => number): RowChange[] {
  if (change.type === "key") return [change];
  if (change.type === "entry") {
    return change.dedupe === null ? [] : [{ type: "dedupe", id: change.dedupe, sequence: change.entry.sequence }];
  }
  const topic = idOf(change.topic);
  if (change.type === "done") return [{ type: "done", topic, sequence: change.sequence }];
  return [{ type: "trim", topic, upTo: change.upTo }];
}

/** So that it crosses without a copy. */
export function buffersOf({ topics, sequences, times, numbers }: Rows): ArrayBuffer[] {
  return [topics, sequences, times, numbers].map(({ buffer }) => buffer as ArrayBuffer);
}
