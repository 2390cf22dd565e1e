/** The rows of the device list, by network: so many as a browser draws with ease, and more when they are asked for. */
import { compareDevices, type DeviceStatus } from "../../lib/store/devices.ts";
import type { KnownDevice } from "../device-list.ts";
import { h, insertSorted, setText } from "../dom.ts";
import { deviceHref } from "../paths.ts";
import { pageSource } from "../shared.ts";
import { type DeviceRow, deviceRow } from "./device-row.ts";
import { headingOf } from "./list-frame.ts";

const ROWS = 500;

interface Group {
  readonly element: HTMLElement;
  readonly list: HTMLElement;
  readonly count: HTMLElement;
  readonly counts: HTMLElement;
}

export interface ListOptions {
  /** Of the heading above. */
  readonly level: number;
  /** One network alone needs no heading of its own. */
  readonly isOne: boolean;
  /** What its devices lead to: the page of each, `d`, or their view, `v/weather`. */
  readonly page: string;
}

type StatusOf = (known: KnownDevice) => DeviceStatus;

export class ListRows {
  readonly #options: ListOptions;
  readonly #rows = new Map<string, DeviceRow>();
  readonly #groups = new Map<string, Group>();
  readonly #networks = h("div", { class: "networks" });
  readonly #nothing = h("p", { class: "nothing" });
  readonly #more = h("button", { type: "button", class: "show-more" });
  readonly element = h("div", { class: "content" }, this.#networks, this.#more, this.#nothing);
  #limit = ROWS;
  /** Devices that there are, shown or not. */
  known = 0;

  /** `again` shows anew. */
  constructor(options: ListOptions, again: () => void) {
    this.#options = options;
    this.#more.hidden = true;
    this.#more.addEventListener("click", () => {
      this.#limit += ROWS;
      again();
    });
  }

  fold(): void {
    this.#limit = ROWS;
  }

  update(known: KnownDevice | undefined): void {
    if (known) this.#rows.get(known.device)?.update(known);
  }

  tick(known: KnownDevice, status: DeviceStatus): void {
    this.#rows.get(known.device)?.tick(known, status);
  }

  sayNothing(text: string): void {
    this.#nothing.hidden = text === "";
    setText(this.#nothing, text);
  }

  /** `fitting` are in their order. */
  show(fitting: readonly KnownDevice[], known: number, statusOf: StatusOf): void {
    this.known = known;
    const shown = fitting.slice(0, this.#limit);
    const names = new Set(shown.map(({ device }) => device));
    for (const [device, row] of this.#rows) if (!names.has(device) && this.#rows.delete(device)) row.element.remove();
    const networks = groupBy(fitting, ({ network }) => network);
    for (const [network, group] of this.#groups) {
      if (!networks.has(network) && this.#groups.delete(network)) group.element.remove();
    }
    for (const [network, devices] of networks) this.#showGroup(network, devices, names, statusOf);
    this.#more.hidden = shown.length === fitting.length;
    setText(this.#more, `Show more of ${fitting.length} devices`);
  }

  #showGroup(network: string, devices: readonly KnownDevice[], names: ReadonlySet<string>, statusOf: StatusOf): void {
    const group = this.#ensureGroup(network);
    setText(group.count, String(devices.length));
    setText(group.counts, countsOf(devices, statusOf));
    const rows = devices.filter(({ device }) => names.has(device)).map((known) => this.#ensureRow(known, statusOf));
    // What is in its place stays there: a row that is moved loses the focus.
    rows.forEach((row, index) => {
      const there = group.list.children[index];
      if (there !== row) group.list.insertBefore(row, there ?? null);
    });
    group.element.hidden = rows.length === 0;
  }

  #ensureRow(known: KnownDevice, statusOf: StatusOf): HTMLElement {
    const row = this.#rows.get(known.device) ?? this.#newRow(known);
    if (!this.#rows.has(known.device)) {
      row.update(known);
      row.tick(known, statusOf(known));
    }
    this.#rows.set(known.device, row);
    return row.element;
  }

  #newRow(known: KnownDevice): DeviceRow {
    const { level, isOne, page } = this.#options;
    return deviceRow(level + (isOne ? 1 : 2), known.device, deviceHref(pageSource().base, known.device, page));
  }

  #ensureGroup(network: string): Group {
    let group = this.#groups.get(network);
    if (group) return group;
    const { level, isOne } = this.#options;
    const count = h("span", { class: "count" });
    const counts = h("span", { class: "counts" });
    const list = h("ul", { class: "devices" });
    const head = h("header", {}, headingOf(level + 1, network, " ", count), counts);
    const element = h("section", { "data-network": network }, ...(isOne ? [] : [head]), list);
    group = { element, list, count, counts };
    this.#groups.set(network, group);
    insertSorted(this.#networks, element, (a, b) => compareDevices(a.dataset.network!, b.dataset.network!));
    return group;
  }
}

/** Nothing where all is well. */
function countsOf(devices: readonly KnownDevice[], statusOf: StatusOf): string {
  const counts = groupBy(devices, statusOf);
  const words = (["stale", "disconnected"] as const).filter((status) => counts.has(status));
  return words.map((status) => `${counts.get(status)!.length} ${status}`).join(" · ");
}

/** As `Map.groupBy`, which not every browser has. */
function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
