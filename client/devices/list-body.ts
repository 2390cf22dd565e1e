/** `gh-devices`: all devices, a group for each network, a row for each device, live; searched, sorted, and counted by status. */
import type { DeviceStatus } from "../../lib/store/devices.ts";
import { LIVE_ONLY } from "../../lib/store/topic.ts";
import { announce } from "../announce.ts";
import { fetchDevices } from "../api.ts";
import type { AttributedElement } from "../components/attributes.ts";
import { DeviceList, type KnownDevice, linksOf, matches, statusAt, statusSentence, titleOf } from "../device-list.ts";
import { h, onFrame } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { pageSource } from "../shared.ts";
import { emptyPanel, isPageOf, type ListTools, levelOf, listTools } from "./list-frame.ts";
import { type Order, orderOf, sortChoice } from "./list-order.ts";
import { ListRows } from "./list-rows.ts";
import { type StatusFilter, statusFilter } from "./status-filter.ts";

/** So many small cards are found without a search. */
const SHORT = 12;

export class ListBody {
  readonly #host: AttributedElement;
  /** Only devices of these networks, where any are named. */
  readonly #networks: readonly string[];
  readonly #list = new DeviceList();
  readonly #rows: ListRows;
  readonly #changed = new Set<string>();
  readonly #statuses = new Map<string, DeviceStatus>();
  readonly #tools: ListTools = listTools();
  readonly #empty: HTMLElement;
  readonly #content = h("div", { class: "content" }, h("p", { class: "loading" }, "Loading devices"));
  readonly #sort: () => Order;
  readonly #statusFilter: StatusFilter;
  readonly #part: Part;
  readonly #draw = onFrame(() => this.#render());

  constructor(host: AttributedElement) {
    this.#host = host;
    this.#networks = host
      .text("network")
      .split(/[\s,]+/)
      .filter(Boolean);
    const [level, view] = [levelOf(host), host.text("view")];
    this.#empty = emptyPanel(level);
    this.#rows = new ListRows(
      { level, isOne: this.#networks.length === 1, page: view === "" ? "d" : `v/${view}` },
      () => this.#arrange(),
    );
    this.#sort = sortChoice(this.#tools.sort, () => this.#arrange());
    this.#statusFilter = statusFilter(this.#tools.statuses, () => this.#arrange());
    if (isPageOf(host)) this.#tools.search.value = new URLSearchParams(location.search).get("q") ?? "";
    this.#tools.search.addEventListener("input", () => this.#searched());
    host.replaceChildren(this.#tools.element, this.#content, this.#empty);
    this.#part = openPart({
      host,
      topics: this.#networks.length === 0 ? ["#", ...linksOf()] : this.#networks.flatMap(topicsOf),
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  close(): void {
    this.#part.close();
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(pageSource().base);
    this.#list.replace(
      records.filter(({ network }) => this.#networks.length === 0 || this.#networks.includes(network)),
    );
    for (const device of this.#statuses.keys()) if (!this.#list.devices.has(device)) this.#statuses.delete(device);
    for (const device of this.#list.devices.keys()) this.#changed.add(device);
    this.#draw();
  }

  #receive(reading: LiveReading): void {
    const isLink = reading.device.startsWith(LIVE_ONLY);
    const all = isLink ? this.#list.link(reading) : [this.#list.receive(reading)];
    for (const known of all) {
      if (!known) continue;
      this.#changed.add(known.device);
      if (!known.listed && !this.#statuses.has(known.device)) this.#reloadSoon();
      this.#draw();
    }
  }

  /** A device seen for the first time may have a name, and time limits of its own. */
  readonly #reloadSoon = (() => {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        void this.#part.load();
      }, 1_000);
    };
  })();

  #render(): void {
    if (!this.#host.dataset.loaded) return;
    const isOther = this.#judge(this.#changed) || this.#list.devices.size !== this.#rows.known;
    for (const device of this.#changed) this.#rows.update(this.#list.devices.get(device));
    this.#changed.clear();
    if (isOther || this.#list.devices.size === 0) this.#arrange();
    // With what stands above it, and another element: nothing that was seen is moved.
    if (this.#content.isConnected) this.#content.replaceWith(this.#rows.element);
  }

  /** Ages and statuses follow the clock; a type seen since may be one that is searched for, or the order another. */
  #tick(): void {
    if (!this.#host.dataset.loaded) return;
    const isOther = this.#judge(this.#list.devices.keys());
    if (isOther || this.#tools.search.value !== "" || this.#sort() !== "name") this.#arrange();
  }

  /** True where a status is another than before. Only a change is announced, not the first one. */
  #judge(devices: Iterable<string>): boolean {
    const now = this.#part.judgedAt();
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
    if (changes.size > 0) announce(statusSentence(changes));
    return different;
  }

  #searched(): void {
    if (isPageOf(this.#host)) keepInAddress(this.#tools.search.value);
    this.#rows.fold();
    this.#arrange();
  }

  /** Which devices are shown, and where. */
  #arrange(): void {
    const query = this.#tools.search.value;
    const statusOf = (known: KnownDevice) => this.#statuses.get(known.device) ?? "active";
    this.#statusFilter.count(this.#statuses.values());
    const fitting = [...this.#list.devices.values()].filter(
      (known) => this.#statusFilter.fits(statusOf(known)) && matches(known, query),
    );
    this.#rows.show(fitting.sort(orderOf(this.#sort(), statusOf)), this.#list.devices.size, statusOf);
    const isEmpty = this.#list.devices.size === 0;
    this.#empty.hidden = !isEmpty;
    const isShort = this.#host.hasAttribute("compact") && this.#list.devices.size <= SHORT;
    this.#tools.element.hidden = isEmpty || isShort;
    this.#rows.sayNothing(isEmpty || fitting.length > 0 ? "" : nothing(query));
  }
}

function topicsOf(network: string): string[] {
  return [`${network}/#`, ...linksOf(network)];
}

function keepInAddress(query: string): void {
  const url = new URL(location.href);
  if (query) url.searchParams.set("q", query);
  else url.searchParams.delete("q");
  history.replaceState(null, "", url);
}

function nothing(query: string): string {
  return query ? `No device matches “${query}”.` : "No device has this status.";
}
