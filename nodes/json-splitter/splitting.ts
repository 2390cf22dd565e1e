/** The work of one json-splitter: records in, readings and rejections out, everything counted. */
import { isJsonObject } from "../../lib/json/safe-json.ts";
import { splitObject } from "../../lib/records/object-record.ts";
import { RejectedRecord, type Split, type SplitFault } from "../../lib/records/split.ts";
import { checkDevice } from "../../lib/store/ids.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import { eachReading, listOfReadings, type Origin } from "./output.ts";
import type { SplitterOptions } from "./read-options.ts";

/** The two outputs, for the message under way. */
export interface SplitOutput {
  reading(message: GatehouseMessage): void;
  rejected(message: GatehouseMessage): void;
}

type DropReason = SplitFault | "no-device" | "no-record";

export class Splitting {
  /** in = processed + dropped */
  readonly counts = { in: 0, processed: 0, sent: 0, dropped: {} as Partial<Record<DropReason, number>> };
  readonly #options: SplitterOptions;
  readonly #idPrefix: string;

  /** No other splitter has the same `idPrefix`. */
  constructor(options: SplitterOptions, idPrefix: string) {
    this.#options = options;
    this.#idPrefix = idPrefix;
  }

  get skipped(): number {
    return this.counts.in - this.counts.processed;
  }

  /** `now`: milliseconds since 1970, for a record that brings no time. Throws what a flow does wrong, not a device. */
  receive(message: GatehouseMessage, output: SplitOutput, now: number): void {
    const id = `${this.#idPrefix}.${this.counts.in++}`;
    const time = Number.isFinite(message.time) ? message.time! : now;
    const origin: Origin = { message, device: this.#deviceOf(message), time, id };
    const split = this.#split(message.payload);
    if (split instanceof RejectedRecord) this.#reject(origin, split, output);
    else this.#tell(origin, split, output);
  }

  #split(payload: unknown): Split | RejectedRecord {
    if (isJsonObject(payload)) return splitObject(payload);
    this.#count("no-record");
    throw new TypeError(`msg.payload must be an object, got ${payload === null ? "null" : typeof payload}`);
  }

  #deviceOf({ device = this.#options.device }: GatehouseMessage): string {
    try {
      return checkDevice(device);
    } catch (error) {
      this.#count("no-device");
      throw error;
    }
  }

  #tell(origin: Origin, split: Split, output: SplitOutput): void {
    const { form, send } = this.#options;
    this.counts.processed++;
    this.counts.sent += split.columns.length;
    if (send === "list") output.reading(listOfReadings(origin, split, form));
    else eachReading(origin, split, form, (message) => output.reading(message));
  }

  #reject({ message, device, time }: Origin, rejected: RejectedRecord, output: SplitOutput): void {
    const { reason, tag, field, detail } = rejected;
    this.#count(reason);
    const payload = { reason, ...(tag !== undefined && { tag }), ...(field !== undefined && { field }), detail };
    output.rejected({ ...message, device, type: "dropped", topic: `${device}/dropped`, time, payload });
  }

  #count(reason: DropReason): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
  }
}
