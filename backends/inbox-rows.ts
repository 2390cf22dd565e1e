/** Messages of an inbox as the store keeps them: those that came together in one row. */
import type { JsonObject } from "../lib/json/safe-json.ts";
import type { Entry, Reading } from "./backend.ts";

/** A message by its place in its device's count. */
export interface Received {
  readonly device: string;
  /** Counts the restarts of the device's counter. */
  readonly epoch: number;
  readonly n: number;
  readonly fields: JsonObject;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Messages that came together: one row of the store, since a commit of each would cost more than they do (bench `ack`). */
export interface Group {
  readonly messages: Held[];
  /** How many of them no flow has confirmed. */
  open: number;
  /** Null while it is being committed. */
  cursor: string | null;
}

/** One that is in the inbox. */
export interface Held extends Received {
  readonly group: Group;
  isConfirmed: boolean;
}

/** The newest message of a device that was acknowledged. */
export type Place = Pick<Received, "epoch" | "n">;

export interface Loaded {
  readonly places: ReadonlyMap<string, Place>;
  /** Acknowledged, and not confirmed before the end of the last process. */
  readonly unconfirmed: readonly Held[];
}

/** Hears what becomes of messages that were received, of those together that were committed together. */
export interface InboxListener {
  /** They are committed: only now may they be acknowledged. */
  safe(messages: readonly Held[]): void;
  unsafe(messages: readonly Held[], fault: Error): void;
}

/** Value of `inbox.<name>`; only the cursor where nothing is confirmed beyond it. */
export interface Mark {
  /** All is confirmed up to this cursor. */
  readonly upTo: string | null;
  /** And these of the messages behind it, counted from there. */
  readonly beyond: readonly number[];
}

type Row = readonly [device: string, epoch: number, n: number, fields: JsonObject];

/** One message alone is an object, several are a list of short ones. */
export function readingOf(messages: readonly Held[]): Reading {
  const [{ device, epoch, n, fields, time }] = messages as [Held];
  if (messages.length === 1) return { time, value: { device, epoch, n, fields } };
  return { time, value: messages.map<Row>((one) => [one.device, one.epoch, one.n, one.fields]) };
}

export function groupIn({ time, value, cursor }: Entry): Group {
  const group: Group = { messages: [], open: 0, cursor };
  for (const [device, epoch, n, fields] of rowsIn(value)) {
    group.open = group.messages.push({ device, epoch, n, fields, time, group, isConfirmed: false });
  }
  return group;
}

function rowsIn(value: unknown): readonly Row[] {
  if (Array.isArray(value)) return value;
  const { device, epoch, n, fields } = value as Received;
  return [[device, epoch, n, fields]];
}

export function markOf(value: unknown): Mark {
  if (typeof value === "string" || value === null || value === undefined) return { upTo: value ?? null, beyond: [] };
  return value as Mark;
}
