/** What the events of a stream tell: readings, and outcomes of commands. */
import type { Outcome } from "../lib/commands/command.ts";
import type { ServerEvent } from "./event-parser.ts";

export interface LiveReading {
  readonly device: string;
  readonly type: string;
  readonly topic: string;
  readonly value: unknown;
  readonly time: number;
  readonly cursor?: string | null;
}

export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Null where the event is no reading. */
export function readingIn({ type, data }: ServerEvent): LiveReading | null {
  const reading = type === "message" ? parseObject(data) : null;
  return isReading(reading) ? reading : null;
}

export function isOutcome(data: object | null): data is Outcome {
  const { id, state } = (data ?? {}) as Partial<Outcome>;
  return typeof id === "string" && typeof state === "string";
}

export function isReading(data: object | null): data is LiveReading {
  const { device, type, time } = (data ?? {}) as Partial<LiveReading>;
  return typeof device === "string" && typeof type === "string" && typeof time === "number";
}
