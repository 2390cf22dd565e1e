/** The order of devices within their networks, as it is chosen. */
import { compareDevices, type DeviceStatus } from "../../lib/store/devices.ts";
import type { KnownDevice } from "../device-list.ts";

export type Order = "name" | "seen" | "status";

/** What is wrong stands first. */
const RANKS: Readonly<Record<DeviceStatus, number>> = { disconnected: 0, stale: 1, active: 2 };

/** Kept for the next visit, where the browser keeps anything. */
const KEY = "gatehouse.order";

/** Says what is chosen. */
export function sortChoice(select: HTMLSelectElement, changed: () => void): () => Order {
  select.value = kept() ?? "name";
  if (select.selectedIndex < 0) select.value = "name";
  select.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, select.value);
    } catch {}
    changed();
  });
  return () => select.value as Order;
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function orderOf(
  order: Order,
  statusOf: (known: KnownDevice) => DeviceStatus,
): (a: KnownDevice, b: KnownDevice) => number {
  const byName = (a: KnownDevice, b: KnownDevice) => compareDevices(a.device, b.device);
  if (order === "seen") return (a, b) => b.lastSeen - a.lastSeen || byName(a, b);
  if (order === "status") return (a, b) => RANKS[statusOf(a)] - RANKS[statusOf(b)] || byName(a, b);
  return byName;
}
