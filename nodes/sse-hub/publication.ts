/** Reads what a message tells browsers: one reading, or an array of them. */
import { parseCursor } from "../../lib/store/cursor.ts";
import { checkDevice, checkType, isId, quote } from "../../lib/store/ids.ts";
import { LIVE_ONLY, splitTopic, topicOf } from "../../lib/store/topic.ts";
import type { GatehouseMessage } from "../shared/message.ts";

export type Message = Pick<GatehouseMessage, "device" | "type" | "topic" | "payload" | "time" | "cursor" | "_session">;

/** One reading, or what is told and not stored, as a hub takes it. */
export interface Publication {
  readonly topic: string;
  readonly device: string;
  readonly type: string;
  readonly value: unknown;
  readonly time: number;
  readonly cursor?: string;
}

type Reading = Message;

interface Names {
  readonly topic: string;
  readonly device: string;
  readonly type: string;
}

/** Topics whose names have been checked: every reading but a topic's first is spared the checks. */
const MAX_KNOWN = 20_000;
const known = new Map<string, Names>();

/** Throws RangeError naming the property that is missing or wrong. `now` is the time of a message that brings none. */
export function readPublications(message: Reading, now: number): Publication[] {
  if (isBatch(message)) return message.payload.map((reading) => readPublication(reading, now));
  return [readPublication(message, now)];
}

export function readingsIn(message: Message): number {
  return isBatch(message) ? message.payload.length : 1;
}

/** An array that a single reading has as its value comes with the reading's names. */
function isBatch(message: Reading): message is Reading & { payload: Reading[] } {
  if (message.device !== undefined || !Array.isArray(message.payload)) return false;
  return message.payload.every((one: unknown) => typeof one === "object" && one !== null && "payload" in one);
}

function readPublication(reading: Reading, now: number): Publication {
  const { payload: value, time = now, cursor } = reading;
  const { topic, device, type } = namesOf(reading);
  if (value === undefined) throw new RangeError('"payload" is missing');
  if (!Number.isFinite(time)) throw new RangeError(`"time" must be milliseconds since 1970, got ${quote(time)}`);
  if (cursor !== undefined && !isCursor(cursor)) {
    throw new RangeError(`"cursor" must be <epoch>-<sequence>, as a store sets it, got ${quote(cursor)}`);
  }
  return cursor === undefined ? { topic, device, type, value, time } : { topic, device, type, value, time, cursor };
}

/** A list may come from anywhere, and its cursors become lines of the event stream. */
function isCursor(cursor: unknown): boolean {
  return typeof cursor === "string" && parseCursor(cursor) !== null;
}

function namesOf({ topic, device, type }: Reading): Names {
  const names = typeof topic === "string" ? known.get(topic) : undefined;
  if (names && (device ?? names.device) === names.device && (type ?? names.type) === names.type) return names;
  return checkNames(topic, device, type);
}

function checkNames(topic: unknown, givenDevice: unknown, givenType: unknown): Names {
  const parts = typeof topic === "string" ? splitTopic(topic) : null;
  if (!parts && (givenDevice === undefined || givenType === undefined)) {
    throw new RangeError('"topic" <network>/<address>/<type>, or "device" and "type", is missing');
  }
  const device = checkSource(givenDevice ?? parts?.device);
  const type = checkType(givenType ?? parts?.type);
  const names = { topic: topicOf(device, type), device, type };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(names.topic, names);
  return names;
}

/** A device, or `$live/<name>`. */
function checkSource(source: unknown): string {
  if (typeof source !== "string" || !source.startsWith(LIVE_ONLY)) return checkDevice(source);
  if (isId(source.slice(LIVE_ONLY.length))) return source;
  throw new RangeError(`"topic" must be ${LIVE_ONLY}<name>/<type>, got ${quote(source)}`);
}
