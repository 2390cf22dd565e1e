/** The hub's JSON answers, and its clock. */
import type { DeviceRecord } from "../lib/store/devices.ts";
import { messageOf, RequestFault, textOfFault } from "./fault.ts";
import type { Sample } from "./series.ts";

/** A clock in step with the server's to about this is left alone: its Date header has whole seconds. */
const CLOCK_TOLERANCE_MS = 2_000;

/** Server time minus browser time: a phone with a wrong clock would show every device as long gone. */
let clockOffsetMs = 0;

export function serverNow(): number {
  return Date.now() + clockOffsetMs;
}

export function clockOffset(dateHeader: string | null, now: number): number {
  const offset = dateHeader === null ? Number.NaN : Date.parse(dateHeader) + 500 - now;
  return Math.abs(offset) > CLOCK_TOLERANCE_MS ? offset : 0;
}

let devices: Promise<unknown> | null = null;

/** Several parts of a page that ask at once have one answer: it may be large. */
export async function fetchDevices(base: string): Promise<DeviceRecord[]> {
  devices ??= fetchJson(`${base}/devices`).finally(() => {
    devices = null;
  });
  return (await devices) as DeviceRecord[];
}

/** The newest `limit` readings of a type, oldest first. */
export async function fetchHistory(base: string, device: string, type: string, limit: number): Promise<Sample[]> {
  const query = new URLSearchParams({ device, type, limit: String(limit) });
  return (await fetchJson(`${base}/history?${query}`)) as Sample[];
}

export interface Command {
  readonly device: string;
  readonly type: string;
  readonly payload?: unknown;
  /** Milliseconds since 1970; the hub has a default. */
  readonly deadline?: number;
  /** Where it was sent, in the page of a flow's view. */
  readonly view?: string;
  readonly component?: string;
}

/** Resolves to the command's id; what becomes of it comes as an outcome on the event stream of the same browser. */
export async function command(base: string, sent: Command, browser: string): Promise<string> {
  const response = await fetch(`${base}/commands?browser=${browser}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(sent),
  });
  if (!response.ok) throw new RequestFault(response.status, await textOfFault(response));
  return messageOf(((await response.json()) as { id?: unknown }).id);
}

/** Throws RequestFault with the server's words where it answers anything else. */
export async function fetchOk(url: string, accept: string): Promise<Response> {
  const response = await fetch(url, { cache: "no-store", headers: { accept } });
  if (!response.ok) throw new RequestFault(response.status, await textOfFault(response));
  clockOffsetMs = clockOffset(response.headers.get("date"), Date.now());
  return response;
}

export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetchOk(url, "application/json");
  const answer: unknown = await response.json();
  if (!Array.isArray(answer)) throw new RequestFault(response.status, "the server's answer is not a list");
  return answer;
}
