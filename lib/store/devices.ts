/** The device list: one record for each device, made from the newest readings and from what is known about it by hand. */
import type { OfferedCommand } from "../commands/declared.ts";
import { isJsonObject } from "../json/safe-json.ts";
import {
  COMMAND_PREFIX,
  DEVICE_PREFIX,
  type DeviceDetails,
  type LearnedCommand,
  LINK_PREFIX,
  PRESENCE_PREFIX,
  type Presence,
  RESET_PREFIX,
} from "./device-keys.ts";
import type { Entry, Value } from "./reading.ts";
import { networkOf, splitTopic } from "./topic.ts";

/** Silence after which a device is called stale, or disconnected, where its flow says nothing else. */
export const DEFAULT_STALE_AFTER_MS = 30_000;
export const DEFAULT_DISCONNECTED_AFTER_MS = 120_000;

export type DeviceStatus = "active" | "stale" | "disconnected";

interface LatestValue {
  readonly value: Value;
  readonly time: number;
  readonly cursor: string;
}

export interface DeviceRecord {
  /** `<network>/<address>` */
  readonly device: string;
  readonly network: string;
  readonly name: string | null;
  readonly uuid: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: DeviceStatus;
  /** Milliseconds since 1970, as is `lastSeen`: the newest time of its types. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly staleAfterMs: number;
  readonly disconnectedAfterMs: number;
  /** Of its network, where there was one: a device that was last seen before is disconnected. */
  readonly resetAt?: number;
  /** Absent where its protocol has no connection; else what its status says. */
  readonly connected?: boolean;
  readonly types: Readonly<Record<string, LatestValue>>;
  /** What it can be told, as far as is known; absent for who may not command it. */
  readonly commands?: Readonly<Record<string, OfferedCommand>>;
}

interface Known {
  readonly latest: Map<string, LatestValue>;
  /** Where its protocol has a connection that says so. */
  isConnected?: boolean;
  presence: Partial<Presence>;
  details: DeviceDetails;
  readonly commands: Map<string, OfferedCommand>;
}

/** So that `mesh/9` stands before `mesh/10`. */
const naturally = new Intl.Collator("en", { numeric: true });

/**
 * Describes every device that has a reading or a presence, sorted by its name.
 * `entries` are newest values, one for each topic; `keys` those under the prefixes of device-keys.ts, others are passed over.
 */
export function describeDevices(
  entries: readonly Entry[],
  keys: readonly { readonly key: string; readonly value: unknown }[],
  now: number,
): DeviceRecord[] {
  const known = new Map<string, Known>();
  for (const entry of entries) addEntry(known, entry);
  for (const add of [addPresence, addDetails, addLink, addCommand]) {
    for (const { key, value } of keys) add(known, key, value);
  }
  const resets = new Map(keys.flatMap(({ key, value }) => resetIn(key, value)));
  return [...known]
    .map(([device, one]) => describe(device, one, resets.get(networkOf(device)), now))
    .sort((a, b) => compareDevices(a.device, b.device));
}

/** Natural order of device names and types: by text, digits by their number. */
export function compareDevices(a: string, b: string): number {
  return naturally.compare(a, b);
}

export function deviceStatus(silentMs: number, staleAfterMs: number, disconnectedAfterMs: number): DeviceStatus {
  if (silentMs >= disconnectedAfterMs) return "disconnected";
  return silentMs >= staleAfterMs ? "stale" : "active";
}

/** Whether a device has been silent since its network was reset. */
export function isReset(lastSeen: number, resetAt: number | undefined): boolean {
  return resetAt !== undefined && lastSeen <= resetAt;
}

function addEntry(known: Map<string, Known>, entry: Entry): void {
  const parts = splitTopic(entry.topic);
  if (!parts) return;
  const { value, time, cursor } = entry;
  ensure(known, parts.device).latest.set(parts.type, { value, time, cursor });
}

function ensure(known: Map<string, Known>, device: string): Known {
  const one = known.get(device) ?? { latest: new Map(), presence: {}, details: {}, commands: new Map() };
  known.set(device, one);
  return one;
}

/** A device stays in the list when retention has taken its last reading, until it is forgotten. */
function addPresence(known: Map<string, Known>, key: string, value: unknown): void {
  if (!key.startsWith(PRESENCE_PREFIX) || !isJsonObject(value)) return;
  if (!Number.isFinite(value.firstSeen)) return;
  ensure(known, key.slice(PRESENCE_PREFIX.length)).presence = value;
}

/** Details alone do not make a device: they wait until it is seen. */
function addDetails(known: Map<string, Known>, key: string, value: unknown): void {
  if (!key.startsWith(DEVICE_PREFIX) || !isJsonObject(value)) return;
  const one = known.get(key.slice(DEVICE_PREFIX.length));
  if (one) one.details = value;
}

/** A device that has a connection need not have said anything yet. */
function addLink(known: Map<string, Known>, key: string, value: unknown): void {
  if (!key.startsWith(LINK_PREFIX) || !isJsonObject(value) || typeof value.since !== "number") return;
  const one = ensure(known, key.slice(LINK_PREFIX.length));
  one.isConnected = value.connected === true;
  if (one.latest.size === 0) one.presence = { firstSeen: value.since, ...one.presence };
}

/** A device that is known by nothing else is none. */
function addCommand(known: Map<string, Known>, key: string, value: unknown): void {
  const parts = key.startsWith(COMMAND_PREFIX) ? splitTopic(key.slice(COMMAND_PREFIX.length)) : null;
  const one = parts && known.get(parts.device);
  if (one && isJsonObject(value)) one.commands.set(parts.type, (value as unknown as LearnedCommand).known);
}

function resetIn(key: string, value: unknown): [network: string, at: number][] {
  if (!key.startsWith(RESET_PREFIX) || !isJsonObject(value) || typeof value.at !== "number") return [];
  return [[key.slice(RESET_PREFIX.length), value.at]];
}

function describe(device: string, known: Known, resetAt: number | undefined, now: number): DeviceRecord {
  const { latest, presence, details, isConnected, commands } = known;
  const times = [...latest.values()].map(({ time }) => time);
  const firstSeen = presence.firstSeen ?? Math.min(...times);
  const lastSeen = times.length > 0 ? Math.max(...times) : firstSeen;
  const staleAfterMs = numberOr(presence.staleAfterMs, DEFAULT_STALE_AFTER_MS);
  const disconnectedAfterMs = numberOr(presence.disconnectedAfterMs, DEFAULT_DISCONNECTED_AFTER_MS);
  return {
    device,
    network: networkOf(device),
    name: textOrNull(details.name),
    uuid: textOrNull(details.uuid),
    labels: textLabels(details.labels),
    status: statusOf(isConnected, lastSeen, resetAt) ?? deviceStatus(now - lastSeen, staleAfterMs, disconnectedAfterMs),
    firstSeen,
    lastSeen,
    staleAfterMs,
    disconnectedAfterMs,
    ...(isConnected !== undefined && { connected: isConnected }),
    ...(resetAt !== undefined && { resetAt }),
    types: sortedRecord(latest),
    commands: sortedRecord(commands),
  };
}

function sortedRecord<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].sort(([a], [b]) => compareDevices(a, b)));
}

/** Null where only the time since it was heard can say. */
function statusOf(
  isConnected: boolean | undefined,
  lastSeen: number,
  resetAt: number | undefined,
): DeviceStatus | null {
  if (isConnected !== undefined) return isConnected ? "active" : "disconnected";
  return isReset(lastSeen, resetAt) ? "disconnected" : null;
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function textLabels(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}
