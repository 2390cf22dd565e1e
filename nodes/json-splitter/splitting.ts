/** The work of one json-splitter: records in, readings and rejections out, in order, everything counted. */
import { isJsonObject } from "../../lib/json/safe-json.ts";
import { splitObject } from "../../lib/records/object-record.ts";
import { RejectedRecord, type Split, type SplitFault } from "../../lib/records/split.ts";
import { isDevice, quote } from "../../lib/store/ids.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { List } from "../shared/message-list.ts";
import { InOrder } from "./in-order.ts";
import { eachReading, formed, listOfReadings, type Origin } from "./output.ts";
import type { Form, SplitterOptions } from "./read-options.ts";

/** One record's way: its two outputs, and the end of its work. */
export interface SplitOutput {
  reading(message: GatehouseMessage): void;
  rejected(message: GatehouseMessage): void;
  done(error?: Error): void;
  /** Its readings become part of a list. */
  readonly isListed?: boolean;
}

type DropReason = SplitFault | "no-device" | "no-record" | "busy";
type Outcome = Split | RejectedRecord;

/** Records that wait while an expression is evaluated. */
const MAX_WAITING = 1000;
const HEAD_LENGTH = 64;

export class Splitting {
  /** in = processed + dropped + held */
  readonly counts = { in: 0, processed: 0, sent: 0, dropped: {} as Partial<Record<DropReason, number>> };
  readonly #options: SplitterOptions;
  readonly #idPrefix: string;
  #ids = 0;
  readonly #inOrder = new InOrder(MAX_WAITING);

  /** No other splitter has the same `idPrefix`. */
  constructor(options: SplitterOptions, idPrefix: string) {
    this.#options = options;
    this.#idPrefix = idPrefix;
  }

  get held(): number {
    return this.#inOrder.held;
  }

  get skipped(): number {
    return Object.values(this.counts.dropped).reduce((sum, count) => sum + count, 0);
  }

  /** `now`: milliseconds since 1970, for a record that brings no time. */
  receive(message: GatehouseMessage, output: SplitOutput, now: number): void {
    this.counts.in++;
    const { payload, device = this.#options.device, time } = message;
    if (!isRecord(payload)) return void this.#refuse("no-record", notARecord(payload), output);
    if (!isDevice(device)) return void this.#refuse("no-device", noDevice(device), output);
    const origin = { message, device, time: Number.isFinite(time) ? time! : now, id: this.#nextId() };
    if (!this.#inOrder.add(() => this.#process(origin, payload, output))) {
      this.#refuse("busy", new Error(`busy: ${MAX_WAITING} records wait for an expression`), output);
    }
  }

  /** Each of a list as above; their readings leave as a list, once all are split. */
  receiveList({ payload: records, ...rest }: GatehouseMessage & List, output: SplitOutput, now: number): void {
    const readings: GatehouseMessage[] = [];
    let left = records.length;
    let first: Error | undefined;
    const each: SplitOutput = {
      isListed: true,
      reading: (reading) => void readings.push(reading),
      rejected: (rejected) => output.rejected(rejected),
      done: (error) => {
        first ??= error;
        if (--left > 0) return;
        if (readings.length > 0) output.reading({ ...rest, payload: readings });
        output.done(first);
      },
    };
    if (left === 0) output.done();
    for (const record of records) this.receive(record, each, now);
  }

  /** Readings of the splitter's own, in the form of all others. */
  tell(device: string, split: Split, time: number, sink: (message: GatehouseMessage) => void): void {
    const id = this.#nextId();
    const origin = { message: { _msgid: id }, device, time, id };
    this.#send(origin, formed(split, this.#options.form), sink);
  }

  /** Gives how many records that waited are dropped. */
  stop(): number {
    return this.#inOrder.clear();
  }

  #nextId(): string {
    return `${this.#idPrefix}.${this.#ids++}`;
  }

  #process(origin: Origin, payload: string | object, output: SplitOutput): Promise<void> | undefined {
    const outcome = this.#tried(payload);
    if (outcome instanceof Promise) return outcome.then((later) => this.#finish(origin, later, output));
    this.#finish(origin, outcome, output);
    return undefined;
  }

  #tried(payload: string | object): Outcome | Promise<Outcome> {
    try {
      const outcome = this.#split(payload);
      return outcome instanceof Promise ? outcome.catch(noJson) : outcome;
    } catch (error) {
      return noJson(error as Error);
    }
  }

  /** The values are in the form of the node. */
  #split(payload: string | object): Outcome | Promise<Outcome> {
    const { form, splitter } = this.#options;
    if (isJsonObject(payload)) return inForm(splitObject(payload), form);
    const record = payload as string | Uint8Array;
    if (form === "bytes") return splitter.splitToBytes(record);
    const outcome = splitter.split(record);
    return outcome instanceof Promise ? outcome.then((later) => inForm(later, form)) : inForm(outcome, form);
  }

  #finish(origin: Origin, outcome: Outcome, output: SplitOutput): void {
    try {
      if (outcome instanceof RejectedRecord) this.#reject(origin, outcome, output);
      else this.#hand(origin, outcome, output);
      output.done();
    } catch (error) {
      output.done(error as Error);
    }
  }

  #hand(origin: Origin, split: Split, output: SplitOutput): void {
    this.counts.processed++;
    this.counts.sent += split.columns.length;
    const sink = (message: GatehouseMessage) => output.reading(message);
    if (output.isListed) eachReading(origin, split, this.#options.form, sink, true);
    else this.#send(origin, split, sink);
  }

  #send(origin: Origin, split: Split, sink: (message: GatehouseMessage) => void): void {
    const { form, send } = this.#options;
    if (send === "list") sink(listOfReadings(origin, split, form));
    else eachReading(origin, split, form, sink);
  }

  #reject({ message, device, time }: Origin, rejected: RejectedRecord, output: SplitOutput): void {
    const { reason, tag, field, detail } = rejected;
    this.#count(reason);
    const named = { ...(tag !== undefined && { tag }), ...(field !== undefined && { field }) };
    const payload = { reason, ...named, detail, ...headOf(message.payload, reason) };
    output.rejected({ ...message, device, type: "dropped", topic: `${device}/dropped`, time, payload });
  }

  #refuse(reason: DropReason, error: Error, output: SplitOutput): void {
    this.#count(reason);
    output.done(error);
  }

  #count(reason: DropReason): void {
    this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + 1;
  }
}

/** What a record that is text began with; of bytes that are none, in hex. */
function headOf(payload: unknown, reason: SplitFault): { readonly record?: string } {
  if (typeof payload === "string") return { record: payload.slice(0, HEAD_LENGTH) };
  if (!(payload instanceof Uint8Array)) return {};
  const head = Buffer.from(payload.subarray(0, HEAD_LENGTH));
  return { record: head.toString(reason === "binary" ? "hex" : "utf8") };
}

/** What an expression made, or a flow: JSON has no words for it. */
function noJson({ message }: Error): RejectedRecord {
  return new RejectedRecord("no-json", message);
}

function isRecord(payload: unknown): payload is string | object {
  return typeof payload === "string" || payload instanceof Uint8Array || isJsonObject(payload);
}

function notARecord(payload: unknown): TypeError {
  const got = Array.isArray(payload) ? "a list" : payload === null ? "null" : typeof payload;
  return new TypeError(`msg.payload must be a record (text, bytes or an object), got ${got}`);
}

function noDevice(device: unknown): RangeError {
  return new RangeError(`"device" must be <network>/<address>, of the message or of the node, got ${quote(device)}`);
}

function inForm(outcome: Outcome, form: Form): Outcome {
  return outcome instanceof RejectedRecord ? outcome : formed(outcome, form);
}
