/** The nodes of a mesh: a small card for each, with its status and when it was last seen. */
import { compareDevices, type DeviceStatus } from "../../lib/store/devices.ts";
import { addressOf, type KnownDevice, statusAt } from "../device-list.ts";
import { showAge } from "../devices/age.ts";
import { statusMark } from "../devices/device-row.ts";
import { h, insertSorted, setText } from "../dom.ts";
import { deviceHref } from "../paths.ts";

interface NodeCard {
  readonly element: HTMLElement;
  show(known: KnownDevice, status: DeviceStatus): void;
}

export interface NodeGrid {
  /** Brings cards, statuses and ages up to date; says whose status is another than before. */
  show(devices: ReadonlyMap<string, KnownDevice>, now: number): Map<string, DeviceStatus>;
  counts(): ReadonlyMap<DeviceStatus, number>;
}

export function nodeGrid(place: HTMLElement, base: string): NodeGrid {
  const cards = new Map<string, NodeCard>();
  const statuses = new Map<string, DeviceStatus>();
  const remove = (device: string) => {
    cards.get(device)?.element.remove();
    cards.delete(device);
    statuses.delete(device);
  };
  return {
    show(devices, now) {
      const changes = new Map<string, DeviceStatus>();
      for (const device of cards.keys()) if (!devices.has(device)) remove(device);
      for (const [device, known] of devices) {
        const status = statusAt(known, now);
        const before = statuses.get(device);
        if (before && before !== status) changes.set(nameOf(known), status);
        statuses.set(device, status);
        (cards.get(device) ?? add(place, base, known, cards)).show(known, status);
      }
      return changes;
    },
    counts() {
      const counts = new Map<DeviceStatus, number>();
      for (const status of statuses.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
      return counts;
    },
  };
}

function add(place: HTMLElement, base: string, known: KnownDevice, cards: Map<string, NodeCard>): NodeCard {
  const card = nodeCard(base, known);
  cards.set(known.device, card);
  insertSorted(place, card.element, (a, b) => compareDevices(a.dataset.device!, b.dataset.device!));
  return card;
}

function nodeCard(base: string, { device }: KnownDevice): NodeCard {
  const link = h("a", { href: deviceHref(base, device) });
  const address = h("span", { class: "below" });
  const mark = statusMark();
  const age = h("time", { class: "age" });
  const element = h("li", { class: "node", "data-device": device }, h("h3", {}, link), address, mark.element, age);
  return {
    element,
    show(known, status) {
      setText(link, nameOf(known));
      setText(address, known.name === null ? "" : `Node ${addressOf(known)}`);
      mark.show(status);
      showAge(age, known.lastSeen);
    },
  };
}

function nameOf(known: KnownDevice): string {
  return known.name ?? `Node ${addressOf(known)}`;
}
