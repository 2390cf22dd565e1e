/** The page of all devices: a group for each network, a row for each device, live. */
import { compareDevices, type DeviceStatus } from "../lib/store/devices.ts";
import { fetchDevices } from "./api.ts";
import { DeviceList, type KnownDevice, matches, statusAt, statusSentence } from "./device-list.ts";
import { type DeviceRow, deviceRow } from "./device-row.ts";
import { find, h, insertSorted, onFrame, setText } from "./dom.ts";
import { openPage, type Page } from "./page.ts";
import { type StatusFilter, statusFilter } from "./status-filter.ts";

interface Group {
  readonly element: HTMLElement;
  readonly list: HTMLElement;
  readonly count: HTMLElement;
}

export function openListPage(base: string): void {
  new ListPage(base);
}

class ListPage {
  readonly #base: string;
  readonly #list = new DeviceList();
  readonly #rows = new Map<string, DeviceRow>();
  readonly #groups = new Map<string, Group>();
  readonly #changed = new Set<string>();
  readonly #statuses = new Map<string, DeviceStatus>();
  readonly #search = find<HTMLInputElement>("#search");
  readonly #statusFilter: StatusFilter = statusFilter(find(".statuses"), () => this.#filter());
  readonly #networks = h("div", { class: "networks" });
  readonly #nothing = h("p", { class: "nothing" });
  readonly #page: Page;
  readonly #draw = onFrame(() => this.#render());

  constructor(base: string) {
    this.#base = base;
    this.#search.value = new URLSearchParams(location.search).get("q") ?? "";
    this.#search.addEventListener("input", () => this.#searched());
    this.#page = openPage({
      base,
      topics: ["#"],
      load: () => this.#load(),
      reading: (reading) => {
        const known = this.#list.receive(reading);
        if (known) this.#changed.add(known.device);
        if (known && !known.listed && !this.#rows.has(known.device)) this.#reloadSoon();
        this.#draw();
      },
      tick: () => this.#tick(),
    });
  }

  async #load(): Promise<void> {
    this.#list.replace(await fetchDevices(this.#base));
    for (const device of [...this.#rows.keys(), ...this.#list.devices.keys()]) this.#changed.add(device);
    find(".content").replaceChildren(...(this.#list.devices.size > 0 ? [this.#networks, this.#nothing] : []));
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
    const shown = this.#rows.size;
    for (const device of this.#changed) {
      const known = this.#list.devices.get(device);
      if (known) this.#ensureRow(known).update(known);
      else this.#remove(device);
    }
    const added = this.#rows.size !== shown;
    const statuses = this.#judge(this.#changed);
    this.#changed.clear();
    if (added || statuses || this.#rows.size === 0) this.#filter();
  }

  #ensureRow(known: KnownDevice): DeviceRow {
    let row = this.#rows.get(known.device);
    if (row) return row;
    row = deviceRow(this.#base, known);
    this.#rows.set(known.device, row);
    const group = this.#ensureGroup(known.network);
    insertSorted(group.list, row.element, (a, b) => compareDevices(a.dataset.device!, b.dataset.device!));
    return row;
  }

  #ensureGroup(network: string): Group {
    let group = this.#groups.get(network);
    if (group) return group;
    const count = h("span", { class: "count" });
    const list = h("ul", { class: "devices" });
    const element = h("section", { "data-network": network }, h("h2", {}, network, " ", count), list);
    group = { element, list, count };
    this.#groups.set(network, group);
    insertSorted(this.#networks, element, (a, b) => compareDevices(a.dataset.network!, b.dataset.network!));
    return group;
  }

  #remove(device: string): void {
    this.#rows.get(device)?.element.remove();
    this.#rows.delete(device);
    this.#statuses.delete(device);
  }

  /** Ages and statuses follow the clock; a type seen since may be one that is searched for. */
  #tick(): void {
    if (this.#judge(this.#rows.keys()) || this.#search.value !== "") this.#filter();
  }

  /** True where a status is another than before. Only a change is announced, not the first one. */
  #judge(devices: Iterable<string>): boolean {
    const now = this.#page.judgedAt();
    const changes = new Map<string, DeviceStatus>();
    let different = false;
    for (const device of devices) {
      const [known, row] = [this.#list.devices.get(device), this.#rows.get(device)];
      if (!known || !row) continue;
      const status = statusAt(known, now);
      row.tick(known, status);
      const before = this.#statuses.get(device);
      if (before === status) continue;
      different = true;
      this.#statuses.set(device, status);
      if (before) changes.set(row.title(known), status);
    }
    if (changes.size > 0) this.#page.connection.announce(statusSentence(changes));
    return different;
  }

  #searched(): void {
    const url = new URL(location.href);
    if (this.#search.value) url.searchParams.set("q", this.#search.value);
    else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    this.#filter();
  }

  #filter(): void {
    const shown = new Map<string, number>();
    this.#statusFilter.count(this.#statuses.values());
    for (const [device, row] of this.#rows) {
      const known = this.#list.devices.get(device)!;
      const fits = this.#statusFilter.fits(this.#statuses.get(device)!) && matches(known, this.#search.value);
      row.element.hidden = !fits;
      if (fits) shown.set(known.network, (shown.get(known.network) ?? 0) + 1);
    }
    for (const [network, group] of this.#groups) {
      const count = shown.get(network) ?? 0;
      group.element.hidden = count === 0;
      setText(group.count, String(count));
    }
    this.#showEmpty(shown.size === 0);
  }

  #showEmpty(nothingFits: boolean): void {
    const empty = this.#rows.size === 0;
    find(".empty").hidden = !empty;
    find(".tools").hidden = empty;
    this.#nothing.hidden = empty || !nothingFits;
    setText(
      this.#nothing,
      this.#search.value ? `No device matches “${this.#search.value}”.` : "No device has this status.",
    );
  }
}
