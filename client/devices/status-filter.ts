/** Three buttons that count the devices of each status and, pressed, show only those. */
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { h, setText } from "../dom.ts";

const STATUSES: readonly DeviceStatus[] = ["active", "stale", "disconnected"];

export interface StatusFilter {
  count(statuses: Iterable<DeviceStatus>): void;
  fits(status: DeviceStatus): boolean;
}

export function statusFilter(place: HTMLElement, changed: () => void): StatusFilter {
  let chosen: DeviceStatus | null = null;
  const counts = new Map<DeviceStatus, HTMLElement>();
  for (const status of STATUSES) {
    const count = h("span", { class: "count" }, "0");
    const button = h("button", { type: "button", class: "status", "data-status": status, "aria-pressed": "false" });
    button.append(status, " ", count);
    button.addEventListener("click", () => {
      chosen = chosen === status ? null : status;
      for (const other of place.children)
        other.setAttribute("aria-pressed", String(other === button && chosen !== null));
      changed();
    });
    counts.set(status, count);
    place.append(button);
  }
  return {
    count(statuses) {
      const present = new Map<DeviceStatus, number>();
      for (const status of statuses) present.set(status, (present.get(status) ?? 0) + 1);
      for (const [status, element] of counts) setText(element, String(present.get(status) ?? 0));
    },
    fits: (status) => chosen === null || chosen === status,
  };
}
