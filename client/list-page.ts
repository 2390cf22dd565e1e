/** The page of all devices: a group for each network, a row for each device, live. */

import type { DeviceStatus } from "../lib/store/devices.ts";
import { LIVE_ONLY } from "../lib/store/topic.ts";
import { fetchDevices } from "./api.ts";
import { DeviceList, type KnownDevice, LINKS, matches, statusAt, statusSentence, titleOf } from "./device-list.ts";
import { find, onFrame } from "./dom.ts";
import type { LiveReading } from "./event-stream.ts";
import { orderOf, sortChoice } from "./list-order.ts";
import { ListRows } from "./list-rows.ts";
import { openPage, type Page } from "./page.ts";
import { type StatusFilter, statusFilter } from "./status-filter.ts";

export function openListPage(base: string): void {
  new ListPage(base);
}

class ListPage {
  readonly #base: string;
  readonly #list = new DeviceList();
  readonly #rows: ListRows;
  readonly #changed = new Set<string>();
  readonly #statuses = new Map<string, DeviceStatus>();
  readonly #search = find<HTMLInputElement>("#search");
  readonly #sort = sortChoice(find<HTMLSelectElement>("#sort"), () => this.#arrange());
  readonly #statusFilter: StatusFilter = statusFilter(find(".statuses"), () => this.#arrange());
  readonly #page: Page;
  readonly #draw = onFrame(() => this.#render());

  constructor(base: string) {
    this.#base = base;
    this.#rows = new ListRows(base, () => this.#arrange());
    this.#search.value = new URLSearchParams(location.search).get("q") ?? "";
    this.#search.addEventListener("input", () => this.#searched());
    this.#page = openPage({
      base,
      topics: ["#", LINKS],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  async #load(): Promise<void> {
    this.#list.replace(await fetchDevices(this.#base));
    for (const device of this.#statuses.keys()) if (!this.#list.devices.has(device)) this.#statuses.delete(device);
    for (const device of this.#list.devices.keys()) this.#changed.add(device);
    find(".content").replaceChildren(...(this.#list.devices.size > 0 ? this.#rows.elements : []));
    this.#draw();
  }

  #receive(reading: LiveReading): void {
    const isLink = reading.device.startsWith(LIVE_ONLY);
    const known = isLink ? this.#list.link(reading) : this.#list.receive(reading);
    if (!known) return;
    this.#changed.add(known.device);
    if (!known.listed && !this.#statuses.has(known.device)) this.#reloadSoon();
    this.#draw();
  }

  /** A device seen for the first time may have a name, and time limits of its own. */
  readonly #reloadSoon = (() => {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        void this.#page.load();
      }, 1_000);
    };
  })();

  #render(): void {
    if (!document.body.dataset.loaded) return;
    const isOther = this.#judge(this.#changed) || this.#list.devices.size !== this.#rows.known;
    for (const device of this.#changed) this.#rows.update(this.#list.devices.get(device));
    this.#changed.clear();
    if (isOther || this.#list.devices.size === 0) this.#arrange();
  }

  /** Ages and statuses follow the clock; a type seen since may be one that is searched for, or the order another. */
  #tick(): void {
    const isOther = this.#judge(this.#list.devices.keys());
    if (isOther || this.#search.value !== "" || this.#sort() !== "name") this.#arrange();
  }

  /** True where a status is another than before. Only a change is announced, not the first one. */
  #judge(devices: Iterable<string>): boolean {
    const now = this.#page.judgedAt();
    const changes = new Map<string, DeviceStatus>();
    let different = false;
    for (const device of devices) {
      const known = this.#list.devices.get(device);
      if (!known) continue;
      const status = statusAt(known, now);
      this.#rows.tick(known, status);
      const before = this.#statuses.get(device);
      if (before === status) continue;
      different = true;
      this.#statuses.set(device, status);
      if (before) changes.set(titleOf(known), status);
    }
    if (changes.size > 0) this.#page.connection.announce(statusSentence(changes));
    return different;
  }

  #searched(): void {
    const url = new URL(location.href);
    if (this.#search.value) url.searchParams.set("q", this.#search.value);
    else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    this.#rows.fold();
    this.#arrange();
  }

  /** Which devices are shown, and where. */
  #arrange(): void {
    const statusOf = (known: KnownDevice) => this.#statuses.get(known.device) ?? "active";
    this.#statusFilter.count(this.#statuses.values());
    const fitting = [...this.#list.devices.values()].filter(
      (known) => this.#statusFilter.fits(statusOf(known)) && matches(known, this.#search.value),
    );
    const order = orderOf(this.#sort(), statusOf);
    this.#rows.show(fitting.sort(order), this.#list.devices.size, statusOf);
    const isEmpty = this.#list.devices.size === 0;
    find(".empty").hidden = !isEmpty;
    find(".tools").hidden = isEmpty;
    this.#rows.sayNothing(isEmpty || fitting.length > 0 ? "" : nothing(this.#search.value));
  }
}

function nothing(query: string): string {
  return query ? `No device matches “${query}”.` : "No device has this status.";
}
