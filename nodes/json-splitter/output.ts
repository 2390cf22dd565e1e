/** Words a split record as messages: one for each reading, or one with them all. */
import { elementOf, elementText } from "../../lib/records/element.ts";
import type { Column, Split } from "../../lib/records/split.ts";
import { networkOf, topicOf } from "../../lib/store/topic.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { SplitterOptions } from "./read-options.ts";

/** As core `split` sets it, so that core `join` puts a record together again. */
interface Parts {
  readonly id: string;
  readonly type: "object" | "array";
  readonly key?: string;
  readonly len?: number;
  readonly index: number;
  readonly count: number;
  readonly parts?: unknown;
}

/** A record's message, and what all its readings share. */
export interface Origin {
  readonly message: GatehouseMessage;
  readonly device: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Of this record among all. */
  readonly id: string;
}

type Form = SplitterOptions["form"];

const PAYLOADS: Readonly<Record<Form, (type: string, value: unknown) => unknown>> = {
  reading: (_type, value) => value,
  element: elementOf,
  text: elementText,
};

/** One by one, for the sink to send at once: in an array, Node-RED would clone all but the first. */
export function eachReading(origin: Origin, split: Split, form: Form, sink: (message: GatehouseMessage) => void): void {
  const count = split.columns.length;
  split.columns.forEach((column, index) => {
    const message = { ...origin.message, ...readingOf(origin, column, split.values[index], form) };
    // The bytes of a whole record are not those of one value.
    delete message.raw;
    message.parts = partsOf(origin, column, index, count, form);
    sink(message);
  });
}

/** As a codec's list: the list names the devices, the message only the network. */
export function listOfReadings(origin: Origin, split: Split, form: Form): GatehouseMessage {
  const { message, device } = origin;
  const payload = split.columns.map((column, index) =>
    form === "reading"
      ? readingOf(origin, column, split.values[index], form)
      : PAYLOADS[form](column.type, split.values[index]),
  );
  const { device: _device, type: _type, raw: _raw, ...rest } = message;
  return { ...rest, topic: networkOf(device), time: origin.time, payload };
}

function readingOf({ device, time }: Origin, { type, unit }: Column, value: unknown, form: Form) {
  const payload = PAYLOADS[form](type, value);
  const reading = { device, type, payload, time, topic: topicOf(device, type) };
  return unit === undefined ? reading : { ...reading, unit };
}

function partsOf({ id, message }: Origin, { type }: Column, index: number, count: number, form: Form): Parts {
  const outer = message.parts === undefined ? {} : { parts: message.parts };
  if (form === "reading") return { id, type: "object", key: type, index, count, ...outer };
  return { id, type: "array", len: 1, index, count, ...outer };
}
