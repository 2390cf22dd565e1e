/** What a message must have to become a reading, what it has once it is stored, and what is told when it is on disk. */
import type { Incoming, ReadingMessage } from "../lib/store/intake.ts";

/** A message that a reading is made from; a stored one has all of these. */
export interface WritableMessage extends ReadingMessage {
  /** Stable over resends, where its protocol has such a thing: then it is stored once, and confirmed when it is on disk. */
  readonly id?: unknown;
  /** Of a message that was split. */
  readonly parts?: unknown;
  device?: string | undefined;
  type?: string | undefined;
  topic?: string | undefined;
  time?: number | undefined;
  cursor?: string | undefined;
}

/** A message with an id that is on disk; of a list, also one that was refused. */
export interface Confirmation {
  readonly id: string;
  readonly topic: string | undefined;
  readonly parts: unknown;
  readonly action: "delivered" | "failed";
  readonly error?: string;
}

/** Hears of messages with an id. `isListed`: it came in a list. */
export type Confirm = (confirmation: Confirmation, isListed: boolean) => void;

/** Gives a stored message its names, time and cursor; returns why that cannot be done. */
export function complete(message: WritableMessage, { series, reading }: Incoming, cursor: string): Error | null {
  try {
    message.device = series.home.device;
    message.type = series.type;
    message.topic = series.topic;
    message.time = reading.time;
    message.cursor = cursor;
    return null;
  } catch (error) {
    return new TypeError(`stored, but not handed on: ${(error as Error).message}`);
  }
}
