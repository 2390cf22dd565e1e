/** What the browser knows of devices: the hub's list, kept up to date by live readings. No page in here. */
import { elementOfType } from "../lib/records/element-names.ts";
import {
  compareDevices,
  DEFAULT_DISCONNECTED_AFTER_MS,
  DEFAULT_STALE_AFTER_MS,
  type DeviceRecord,
  type DeviceStatus,
  deviceStatus,
  isReset,
} from "../lib/store/devices.ts";
import { LIVE_ONLY, networkOf } from "../lib/store/topic.ts";
import type { LiveReading } from "./event-stream.ts";
import { isNewer, type Sample } from "./series.ts";

export interface KnownDevice {
  readonly device: string;
  readonly network: string;
  name: string | null;
  uuid: string | null;
  labels: Readonly<Record<string, string>>;
  firstSeen: number;
  lastSeen: number;
  staleAfterMs: number;
  disconnectedAfterMs: number;
  resetAt: number | undefined;
  /** Where its protocol has a connection that says so. */
  connected: boolean | undefined;
  /** Absent where this user may not command it. */
  commands: DeviceRecord["commands"];
  readonly types: Map<string, Sample>;
  /** False while only live readings tell of it: no store may have it. */
  listed: boolean;
}

export const MAX_DEVICES = 10_000;
export const MAX_TYPES = 256;

export class DeviceList {
  readonly devices = new Map<string, KnownDevice>();
  /** Readings passed over because the list, or the device, is full. */
  dropped = 0;

  /** Takes the hub's list. A device that it no longer has was forgotten, unless it only ever came live. */
  replace(records: readonly DeviceRecord[]): void {
    const listed = new Set(records.map(({ device }) => device));
    for (const [device, known] of this.devices) if (known.listed && !listed.has(device)) this.devices.delete(device);
    for (const record of records) this.#take(record);
  }

  /** The device it belongs to; null where there is no room for it. */
  receive(reading: LiveReading): KnownDevice | null {
    const known = this.#ensure(reading.device, reading.time);
    const previous = known?.types.get(reading.type);
    if (!known || (!previous && known.types.size >= MAX_TYPES)) {
      this.dropped++;
      return null;
    }
    if (previous && !isNewer(reading, previous)) return known;
    known.types.set(reading.type, reading);
    known.lastSeen = Math.max(known.lastSeen, reading.time);
    return known;
  }

  /** A device's connection opened or closed, or all devices of a network were disconnected; whom that is about. */
  link({ device, type, value }: LiveReading): readonly KnownDevice[] {
    const place = device.slice(LIVE_ONLY.length);
    if (type === "reset") return this.#reset(place, Number(value));
    const known = this.devices.get(place);
    if (!known) return [];
    // What its protocol says counts, not its silence.
    known.connected = value === true;
    return [known];
  }

  #reset(network: string, at: number): readonly KnownDevice[] {
    const those = [...this.devices.values()].filter((known) => known.network === network);
    for (const known of those) known.resetAt = at;
    return those;
  }

  #ensure(device: string, time: number): KnownDevice | null {
    let known = this.devices.get(device);
    if (known) return known;
    if (this.devices.size >= MAX_DEVICES) return null;
    known = newDevice(device, time);
    this.devices.set(device, known);
    return known;
  }

  #take(record: DeviceRecord): void {
    const known = this.#ensure(record.device, record.firstSeen);
    if (!known) return;
    const { name, uuid, labels, commands, firstSeen, staleAfterMs, disconnectedAfterMs, resetAt, connected } = record;
    const times = { firstSeen, staleAfterMs, disconnectedAfterMs, resetAt };
    Object.assign(known, { name, uuid, labels, commands, ...times, connected, listed: true });
    known.lastSeen = Math.max(known.lastSeen, record.lastSeen);
    for (const [type, latest] of Object.entries(record.types)) {
      const live = known.types.get(type);
      if (!live && known.types.size >= MAX_TYPES) this.dropped++;
      else if (!live || isNewer(latest, live)) known.types.set(type, latest);
    }
  }
}

function newDevice(device: string, time: number): KnownDevice {
  return {
    device,
    network: networkOf(device),
    name: null,
    uuid: null,
    labels: {},
    firstSeen: time,
    lastSeen: time,
    staleAfterMs: DEFAULT_STALE_AFTER_MS,
    disconnectedAfterMs: DEFAULT_DISCONNECTED_AFTER_MS,
    resetAt: undefined,
    connected: undefined,
    commands: {},
    types: new Map(),
    listed: false,
  };
}

/** What tells of connections: of all networks, or of one. */
export function linksOf(network = "+"): readonly string[] {
  return [`${LIVE_ONLY}${network}/+/connected`, `${LIVE_ONLY}${network}/reset`];
}

export function statusAt(known: KnownDevice, now: number): DeviceStatus {
  if (known.connected !== undefined) return known.connected ? "active" : "disconnected";
  if (isReset(known.lastSeen, known.resetAt)) return "disconnected";
  return deviceStatus(now - known.lastSeen, known.staleAfterMs, known.disconnectedAfterMs);
}

/** `5` of `mesh/5`. */
export function addressOf(known: KnownDevice): string {
  return known.device.slice(known.network.length + 1) || known.device;
}

/** What a person calls it. */
export function titleOf(known: KnownDevice): string {
  return known.name ?? known.device;
}

/** True where every word of the query is somewhere in what is shown of the device. */
export function matches(known: KnownDevice, query: string): boolean {
  const labels = Object.entries(known.labels).flat();
  const text = [known.device, known.name ?? "", ...labels, ...[...known.types.keys()].map(elementOfType)]
    .join("\n")
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Types in their natural order. */
export function sortedTypes(known: KnownDevice): [string, Sample][] {
  return [...known.types].sort(([a], [b]) => compareDevices(a, b));
}

/** One sentence about devices whose status changed, however many they are; empty where none did. */
export function statusSentence(changes: ReadonlyMap<string, DeviceStatus>): string {
  const [first] = changes;
  if (!first) return "";
  if (changes.size === 1) return `${first[0]} is ${first[1]}`;
  const counts = new Map<DeviceStatus, number>();
  for (const status of changes.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
  return `${changes.size} devices changed: ${[...counts].map(([status, count]) => `${count} ${status}`).join(", ")}`;
}
