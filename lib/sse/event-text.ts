/** The text of an event stream: readings, gaps, keep-alives (WHATWG HTML, "Server-sent events"). */
import type { Outcome } from "../commands/command.ts";
import { splitTopic } from "../store/topic.ts";
import { jsonText } from "./json-value.ts";

/** What one event tells; without a cursor it is live only. */
export interface Told {
  readonly topic: string;
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly cursor?: string | undefined;
  /** As the topic has them where they are not given. */
  readonly device?: string;
  readonly type?: string;
}

interface Opening {
  readonly device: string | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

/** Topics whose opening is remembered; a flow has few, an attacker must not make them many. */
const MAX_OPENINGS = 20_000;
const openings = new Map<string, Opening>();

/**
 * One reading. `id` is the line that moves the browser's last event id; a JSON text has no line break,
 * so that one data line holds it.
 */
export function readingText(told: Told, id?: string): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  // Escaped all the same: whatever a flow passes as time or cursor stays inside the data line.
  const { time, cursor = null } = told;
  const end = `"time":${jsonText(time)},"cursor":${JSON.stringify(cursor)}`;
  return `${head}data: {${openingOf(told)}${jsonText(told.value)},${end}}\n\n`;
}

/** A stretch of history that cannot be supplied; its id keeps a second resume from telling it again. */
export function gapText(from: string, to: string): string {
  return `id: ${to}\nevent: gap\ndata: ${JSON.stringify({ from, to })}\n\n`;
}

/** What became of a command: for the browser that sent it, and in no history. */
export function outcomeText(outcome: Outcome): string {
  return namedText("outcome", outcome);
}

/** An event that is no reading, for one browser. */
export function namedText(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A block with an id and no data moves the browser's last event id without an event. */
export function idText(cursor: string): string {
  return `id: ${cursor}\n\n`;
}

export function keepAliveText(cursor: string | null): string {
  return cursor === null ? ":\n\n" : `:\nid: ${cursor}\n\n`;
}

export function retryText(delayMs: number): string {
  return `retry: ${delayMs}\n\n`;
}

function openingOf({ topic, device, type }: Told): string {
  const known = openings.get(topic);
  if (known && known.device === device && known.type === type) return known.text;
  const parts = splitTopic(topic);
  const [of, kind] = [device ?? parts?.device ?? "", type ?? parts?.type ?? ""].map((name) => JSON.stringify(name));
  const text = `"device":${of},"type":${kind},"topic":${JSON.stringify(topic)},"value":`;
  if (openings.size >= MAX_OPENINGS) openings.clear();
  openings.set(topic, { device, type, text });
  return text;
}
