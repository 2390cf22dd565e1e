/** The hub's JSON answers, and its clock. */
import type { DeviceRecord } from "../lib/store/devices.ts";
import { RequestFault, textOfFault } from "./fault.ts";
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

export async function fetchDevices(base: string): Promise<DeviceRecord[]> {
  return (await fetchJson(`${base}/devices`)) as DeviceRecord[];
}

/** The newest `limit` readings of a type, oldest first. */
export async function fetchHistory(base: string, device: string, type: string, limit: number): Promise<Sample[]> {
  const query = new URLSearchParams({ device, type, limit: String(limit) });
  return (await fetchJson(`${base}/history?${query}`)) as Sample[];
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
