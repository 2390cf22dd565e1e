/** The default page of a device: who it is, and a card for each type it has ever sent, live. */
import { compareDevices, type DeviceStatus } from "../lib/store/devices.ts";
import { LIVE_ONLY, networkOf } from "../lib/store/topic.ts";
import { fetchDevices, fetchHistory } from "./api.ts";
import { atOnce } from "./at-once.ts";
import { type Card, showAge } from "./card.ts";
import { addChartToggle } from "./chart-toggle.ts";
import { type CommandPanel, commandPanel } from "./command-panel.ts";
import { addressOf, DeviceList, type KnownDevice, MAX_TYPES, statusAt, titleOf } from "./device-list.ts";
import { statusMark } from "./device-row.ts";
import { find, h, insertSorted, onFrame, setAttribute, setText } from "./dom.ts";
import type { LiveReading } from "./event-stream.ts";
import { formatTime } from "./format.ts";
import { openPage, type Page } from "./page.ts";
import { robotCard as pictureCard } from "./robots/robot-card.ts";
import { addSample, mergeHistory, type Sample, SERIES_LIMIT } from "./series.ts";

/** Networks whose devices take messages; those whose protocol has a connection take commands of any name. */
const MESSAGED: ReadonlySet<string> = new Set(["mesh"]);

export function openDevicePage(base: string, device: string): void {
  new DevicePage(base, device);
}

class DevicePage {
  readonly #base: string;
  readonly #device: string;
  readonly #list = new DeviceList();
  readonly #series = new Map<string, Sample[]>();
  readonly #cards = new Map<string, Card>();
  readonly #changed = new Set<string>();
  readonly #grid = h("div", { class: "cards" });
  readonly #mark = statusMark();
  readonly #lastSeen = h("time", { class: "age" });
  readonly #page: Page;
  readonly #panel: CommandPanel;
  #status: DeviceStatus | null = null;
  readonly #draw = onFrame(() => this.#render());

  constructor(base: string, device: string) {
    this.#base = base;
    this.#device = device;
    this.#showName(device);
    find(".title").append(this.#mark.element);
    const browser = () => this.#page.browser();
    const type = MESSAGED.has(networkOf(device)) ? "message" : null;
    this.#panel = commandPanel({ base, device, type }, browser, (text) => this.#page.connection.announce(text));
    this.#page = openPage({
      base,
      outcome: (outcome) => this.#panel.outcome(outcome),
      topics: [`${device}/+`, `${LIVE_ONLY}${device}/connected`],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  get #known(): KnownDevice | undefined {
    return this.#list.devices.get(this.#device);
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(this.#base);
    this.#list.replace(records.filter(({ device }) => device === this.#device));
    await this.#loadHistory([...(this.#known?.types.keys() ?? [])]);
    // Only once: what is put in its place anew loses the focus.
    if (!this.#grid.isConnected) find(".content").replaceChildren(this.#grid, ...this.#panels());
    this.#draw();
  }

  #panels(): HTMLElement[] {
    const takesCommands = MESSAGED.has(networkOf(this.#device)) || this.#known?.connected !== undefined;
    return takesCommands ? [this.#panel.element] : [];
  }

  async #loadHistory(types: readonly string[]): Promise<void> {
    await atOnce(types.slice(0, MAX_TYPES), async (type) => {
      const history = await fetchHistory(this.#base, this.#device, type, SERIES_LIMIT);
      this.#series.set(type, mergeHistory(history, this.#series.get(type) ?? []));
      this.#changed.add(type);
    });
  }

  #receive(reading: LiveReading): void {
    if (reading.device.startsWith(LIVE_ONLY) && this.#list.link(reading)) this.#draw();
    if (reading.device !== this.#device || !this.#list.receive(reading)) return;
    const samples = this.#series.get(reading.type);
    if (!samples) this.#series.set(reading.type, [reading]);
    else if (!addSample(samples, reading)) return;
    this.#changed.add(reading.type);
    this.#draw();
  }

  #render(): void {
    if (!document.body.dataset.loaded) return;
    for (const type of this.#changed) this.#ensureCard(type).update(this.#series.get(type)!);
    this.#changed.clear();
    if (this.#known) this.#showDevice(this.#known);
    find(".empty").hidden = this.#cards.size > 0;
    this.#tick();
  }

  #ensureCard(type: string): Card {
    let card = this.#cards.get(type);
    if (card) return card;
    card = pictureCard(type);
    setAttribute(card.element, "data-type", type);
    addChartToggle(card, this.#device, `${this.#base}/client.js${new URL(import.meta.url).search}`);
    this.#cards.set(type, card);
    insertSorted(this.#grid, card.element, (a, b) => compareDevices(a.dataset.type!, b.dataset.type!));
    return card;
  }

  #showName(name: string): void {
    setText(find("h1"), name);
    document.title = `${name} · Gatehouse`;
  }

  #showDevice(known: KnownDevice): void {
    this.#showName(titleOf(known));
    const facts: [string, string][] = [
      ["Network", known.network],
      ["Address", addressOf(known)],
      ["First seen", formatTime(known.firstSeen, Date.now())],
      ...(known.uuid ? [["UUID", known.uuid] as [string, string]] : []),
      ...Object.entries(known.labels),
    ];
    const list = find(".facts");
    const text = JSON.stringify(facts);
    if (list.dataset.text === text) return;
    list.dataset.text = text;
    const rows = facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
    list.replaceChildren(h("div", {}, h("dt", {}, "Last seen"), h("dd", {}, this.#lastSeen)), ...rows);
  }

  #tick(): void {
    const known = this.#known;
    if (!known) return;
    const status = statusAt(known, this.#page.judgedAt());
    this.#mark.show(status);
    showAge(this.#lastSeen, known.lastSeen);
    for (const card of this.#cards.values()) card.tick();
    if (this.#status !== null && this.#status !== status) {
      this.#page.connection.announce(`${titleOf(known)} is ${status}`);
    }
    this.#status = status;
  }
}
