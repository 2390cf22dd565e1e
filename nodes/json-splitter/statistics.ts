/** What a splitter tells of its device's records, on a timer. */
import type { Column, Split } from "../../lib/records/split.ts";
import { HEADER } from "./read-options.ts";

interface RecordCounts {
  readonly processed: number;
  readonly skipped: number;
  readonly sent: number;
}

/** The tag of a record that no board sends. */
const TAG = "STATISTICS";

const COLUMNS: readonly Column[] = [
  { type: "Records_Processed" },
  { type: "Records_Skipped" },
  { type: "Elements_Sent" },
  { type: "Records_Per_Second", unit: "1/s" },
];

/** Counts since the start, and the rate since the last time. */
export class Statistics {
  readonly #header: boolean;
  #before: number;
  #at: number;

  /** `now`: monotonic milliseconds. */
  constructor(header: boolean, now: number) {
    this.#header = header;
    this.#before = 0;
    this.#at = now;
  }

  take({ processed, skipped, sent }: RecordCounts, now: number): Split {
    const records = processed + skipped;
    const perSecond = ((records - this.#before) * 1000) / Math.max(1, now - this.#at);
    this.#before = records;
    this.#at = now;
    const values = [processed, skipped, sent, Math.round(perSecond * 10) / 10];
    if (!this.#header) return { columns: COLUMNS, values };
    return { columns: [{ type: HEADER }, ...COLUMNS], values: [TAG, ...values] };
  }
}
