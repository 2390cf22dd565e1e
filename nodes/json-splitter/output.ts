/** Words a split record as messages: one for each reading, or one with them all. */
import { elementOf, elementText } from "../../lib/records/element.ts";
import type { Column, Split } from "../../lib/records/split.ts";
import { networkOf, topicOf } from "../../lib/store/topic.ts";
import type { GatehouseMessage } from "../shared/message.ts";
import type { Form } from "./read-options.ts";

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

const PAYLOADS: Readonly<Record<Form, ((type: string, value: unknown) => unknown) | null>> = {
  reading: null,
  element: elementOf,
  text: elementText,
  bytes: (type, value) => Buffer.from(elementText(type, value)),
};

/** The same readings, each value in its form. */
export function formed(split: Split, form: Form): Split {
  const write = PAYLOADS[form];
  if (!write) return split;
  const { columns, values } = split;
  return { columns, values: columns.map(({ type }, index) => write(type, values[index])) };
}

/**
 * One by one, for the sink to send at once: in an array, Node-RED would clone all but the first. In a list nobody joins
 * them, and one alone needs no word of its parts.
 */
export function eachReading(
  origin: Origin,
  { columns, values }: Split,
  form: Form,
  sink: (message: GatehouseMessage) => void,
  isListed = false,
): void {
  const isAlone = isListed && columns.length === 1 && origin.message.parts === undefined;
  columns.forEach((column, index) => {
    const message: GatehouseMessage = { ...origin.message, ...readingOf(origin, column, values[index]) };
    // The bytes of a whole record are not those of one value.
    if (message.raw !== undefined) delete message.raw;
    if (!isAlone) message.parts = partsOf(origin, column, index, columns.length, form);
    sink(message);
  });
}

/** As a codec's list: the list names the devices, the message only the network. Elements need no more names. */
export function listOfReadings(origin: Origin, { columns, values }: Split, form: Form): GatehouseMessage {
  const { device: _device, type: _type, raw: _raw, ...rest } = origin.message;
  const payload =
    form === "reading" ? columns.map((column, index) => readingOf(origin, column, values[index])) : values;
  return { ...rest, topic: networkOf(origin.device), time: origin.time, payload };
}

function readingOf({ device, time }: Origin, { type, unit }: Column, payload: unknown) {
  const reading = { device, type, payload, time, topic: topicOf(device, type) };
  return unit === undefined ? reading : { ...reading, unit };
}

function partsOf({ id, message }: Origin, { type }: Column, index: number, count: number, form: Form): Parts {
  const outer = message.parts === undefined ? {} : { parts: message.parts };
  if (form === "reading") return { id, type: "object", key: type, index, count, ...outer };
  return { id, type: "array", len: 1, index, count, ...outer };
}
