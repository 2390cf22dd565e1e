/** A message as a queue keeps it: its payload as the value, and what else is kept of it beside that. */
import type { Reading } from "../store/reading.ts";

/** Properties that travel with the payload. */
const KEPT = ["device", "type", "topic", "user", "id", "deadline"] as const;

/** What a queue keeps of a message. */
export interface QueuedMessage {
  readonly payload: unknown;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly device?: string;
  readonly type?: string;
  readonly topic?: string;
  readonly user?: string;
  readonly id?: string;
  /** Last moment at which it may be handed out, milliseconds since 1970. */
  readonly deadline?: number;
}

type Properties = Omit<QueuedMessage, "payload" | "time">;

/** `validForMs` gives a deadline to a message that brings none; null leaves it without. Throws RangeError naming the property. */
export function queuedMessage(
  message: Readonly<Record<string, unknown>>,
  now: number,
  validForMs: number | null,
): QueuedMessage {
  const { payload, time, deadline } = message;
  if (payload === undefined) throw new RangeError('"payload" is missing');
  if (deadline !== undefined && !isTime(deadline)) {
    throw new RangeError('"deadline" must be milliseconds since 1970');
  }
  const kept: Record<string, unknown> = { payload, time: isTime(time) ? time : now };
  for (const name of KEPT) if (isPlain(message[name])) kept[name] = message[name];
  if (deadline === undefined && validForMs !== null) kept.deadline = now + validForMs;
  return kept as unknown as QueuedMessage;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

export function isExpired({ deadline }: QueuedMessage, now: number): boolean {
  return deadline !== undefined && deadline < now;
}

/** Messages of one key are states of the same thing, of which the newest counts. */
export function keyOf({ topic, device = "", type = "" }: QueuedMessage): string {
  return topic ?? `${device}/${type}`;
}

/** The payload is the value, so that bytes stay bytes; the rest stands beside it, as JSON. */
export function toReading({ payload, time, ...properties }: QueuedMessage): Reading {
  const text = JSON.stringify(properties);
  return text === "{}" ? { time, value: payload } : { time, value: payload, raw: Buffer.from(text) };
}

/** What a message takes in a queue, in bytes or characters. */
export function weightOf({ value, raw }: Reading): number {
  const beside = raw?.length ?? 0;
  if (typeof value === "string" || value instanceof Uint8Array) return value.length + beside;
  return (JSON.stringify(value)?.length ?? 0) + beside;
}

export function fromReading({ time, value, raw }: Reading): QueuedMessage {
  const properties = raw === undefined ? {} : (JSON.parse(Buffer.from(raw).toString()) as Properties);
  return { ...properties, payload: value, time };
}
