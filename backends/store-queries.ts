/** Answers what a flow asks a store by `msg.action`: latest, history, devices, update and forget. */
import { checkDetails } from "../lib/store/device-details.ts";
import {
  COMMAND_PREFIX,
  commandKey,
  DEVICE_PREFIX,
  type DeviceDetails,
  LINK_PREFIX,
  PRESENCE_PREFIX,
  RESET_PREFIX,
} from "../lib/store/device-keys.ts";
import { describeDevices } from "../lib/store/devices.ts";
import { checkDevice, checkType, isGiven, quote } from "../lib/store/ids.ts";
import { namesOf } from "../lib/store/intake.ts";
import { checkFilter, networkOf, splitTopic, topicOf } from "../lib/store/topic.ts";
import type { Backend, Entry } from "./backend.ts";

const DEFAULT_HISTORY_LIMIT = 1000;
const MAX_HISTORY_LIMIT = 10_000;

const OF_DEVICE = [PRESENCE_PREFIX, DEVICE_PREFIX, LINK_PREFIX];
const DIGITS = /^\d{1,16}$/;

interface Query {
  readonly device?: unknown;
  readonly type?: unknown;
  readonly topic?: unknown;
  readonly payload?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
  readonly limit?: unknown;
}

/** An entry as a message carries it. */
export type ReadingFields = {
  readonly device: string;
  readonly type: string;
  readonly payload: unknown;
  readonly raw?: Uint8Array;
  readonly time: number;
  readonly topic: string;
  readonly cursor: string;
};

type Answer = (backend: Backend, query: Query, now: number) => Promise<unknown>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  latest: answerLatest,
  history: answerHistory,
  devices: answerDevices,
  update: updateDetails,
  forget: forgetReadings,
};

/** Resolves to the answer's payload; throws RangeError naming the property that is wrong, before anything is changed. */
export async function answerQuery(backend: Backend, action: unknown, query: Query, now: number): Promise<unknown> {
  const answer = typeof action === "string" && Object.hasOwn(ANSWERS, action) ? ANSWERS[action] : undefined;
  if (!answer) throw new RangeError(`"action" must be one of ${Object.keys(ANSWERS).join(", ")}, got ${quote(action)}`);
  return answer(backend, query, now);
}

/** Null where the topic names no device and type. */
export function readingFields(entry: Entry): ReadingFields | null {
  const parts = splitTopic(entry.topic);
  if (!parts) return null;
  const { value: payload, raw, time, topic, cursor } = entry;
  return { ...parts, payload, ...(raw && { raw }), time, topic, cursor };
}

async function answerLatest(backend: Backend, query: Query): Promise<ReadingFields[]> {
  const entries = await backend.latest([filterOf(query)]);
  return entries.map(readingFields).filter((fields) => fields !== null);
}

/** By device, by type, by both, by a topic filter, or everything. */
function filterOf({ device, type, topic }: Query): string {
  const named = isGiven(device) || isGiven(type);
  if (!named && isGiven(topic)) {
    if (typeof topic !== "string" || topic.startsWith("$"))
      throw new RangeError(`"topic" must be a filter of readings, got ${quote(topic)}`);
    checkFilter(topic);
    return topic;
  }
  if (!named) return "#";
  return topicOf(isGiven(device) ? checkDevice(device) : "+/+", isGiven(type) ? checkType(type) : "+");
}

async function answerHistory(backend: Backend, query: Query): Promise<unknown> {
  const { device, type } = namesOf(query);
  const options = {
    ...timeBound("from", query.from),
    ...timeBound("to", query.to),
    limit: limitOf(query.limit),
  };
  const entries = await backend.history(topicOf(device, type), options);
  return entries.map(({ time, value, cursor }) => ({ time, value, cursor }));
}

/** A number, or its digits as an HTTP request brings them; anything else stays as it is. */
function numberIn(value: unknown): unknown {
  return typeof value === "string" && DIGITS.test(value) ? Number(value) : value;
}

function timeBound<Name extends "from" | "to">(name: Name, value: unknown): { [N in Name]?: number } {
  if (!isGiven(value)) return {};
  const time = numberIn(value);
  if (typeof time === "number" && Number.isFinite(time)) return { [name]: time } as { [N in Name]?: number };
  throw new RangeError(`"${name}" must be milliseconds since 1970, got ${quote(value)}`);
}

function limitOf(value: unknown): number {
  if (!isGiven(value)) return DEFAULT_HISTORY_LIMIT;
  const limit = numberIn(value) as number;
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_HISTORY_LIMIT) return limit;
  throw new RangeError(`"limit" must be 1..${MAX_HISTORY_LIMIT}, got ${String(value)}`);
}

async function answerDevices(backend: Backend, { device }: Query, now: number): Promise<unknown> {
  if (isGiven(device)) return answerDevice(backend, checkDevice(device), now);
  const [entries, ...keys] = await Promise.all([
    backend.latest(["#"]),
    ...[...OF_DEVICE, COMMAND_PREFIX, RESET_PREFIX].map((prefix) => backend.keys(prefix)),
  ]);
  return describeDevices(entries, keys.flat(), now);
}

/** Its keys are asked for by their names, which takes less than to look through those of all. */
async function answerDevice(backend: Backend, device: string, now: number): Promise<unknown> {
  const names = [...OF_DEVICE.map((prefix) => prefix + device), RESET_PREFIX + networkOf(device)];
  const named = names.map(async (key) => ({ key, value: await backend.get(key) }));
  const [entries, commands, keys] = await Promise.all([
    backend.latest([`${device}/+`]),
    backend.keys(commandKey(device)),
    Promise.all(named),
  ]);
  return describeDevices(entries, [...keys, ...commands], now);
}

async function updateDetails(backend: Backend, query: Query): Promise<unknown> {
  const device = checkDevice(query.device);
  const changes = checkDetails(query.payload);
  const key = DEVICE_PREFIX + device;
  const before = ((await backend.get(key)) ?? {}) as DeviceDetails;
  const after = { ...before, ...changes };
  if (!sameDetails(before, changes)) await backend.put(key, after);
  return { device, ...after };
}

function sameDetails(before: DeviceDetails, changes: DeviceDetails): boolean {
  return Object.entries(changes).every(([name, value]) => before[name as keyof DeviceDetails] === value);
}

/** A device with all that is known about it, or one of its types. */
async function forgetReadings(backend: Backend, query: Query): Promise<unknown> {
  const device = checkDevice(query.device);
  if (isGiven(query.type)) {
    const topic = topicOf(device, checkType(query.type));
    await backend.trim(topic);
    return { device, type: query.type, topics: [topic] };
  }
  const topics = (await backend.latest([`${device}/+`])).map(({ topic }) => topic);
  await Promise.all(topics.map((topic) => backend.trim(topic)));
  const commands = await backend.keys(commandKey(device));
  const keys = OF_DEVICE.map((prefix) => prefix + device);
  await Promise.all([...keys, ...commands.map(({ key }) => key)].map((key) => backend.put(key, null)));
  return { device, topics };
}
