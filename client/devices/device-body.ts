/** `gh-device`: who a device is, a card for each type that it has ever sent, live, and what it can be told. */
import { compareDevices, type DeviceRecord, type DeviceStatus } from "../../lib/store/devices.ts";
import { LIVE_ONLY, networkOf } from "../../lib/store/topic.ts";
import { announce } from "../announce.ts";
import { fetchDevices } from "../api.ts";
import type { AttributedElement } from "../components/attributes.ts";
import { DeviceList, type KnownDevice, statusAt, titleOf } from "../device-list.ts";
import { h, insertSorted, onFrame, setAttribute } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { openPart, type Part } from "../live-part.ts";
import { pageSource } from "../shared.ts";
import { type Card, typeCard } from "./card.ts";
import { CommandInputs } from "./command-inputs.ts";
import { type DeviceHead, deviceHead } from "./device-head.ts";
import { headingOf, levelOf } from "./list-frame.ts";
import { settle } from "./settle.ts";

export class DeviceBody {
  readonly #host: AttributedElement;
  readonly #device: string;
  readonly #level: number;
  readonly #list = new DeviceList();
  readonly #cards = new Map<string, Card>();
  readonly #changed = new Set<string>();
  readonly #grid = h("div", { class: "cards" });
  readonly #head: DeviceHead;
  readonly #content = h("div", { class: "content" }, h("p", { class: "loading" }, "Loading readings"));
  readonly #empty: HTMLElement;
  readonly #gone = goneNotice();
  readonly #inputs: CommandInputs;
  readonly #part: Part;
  #status: DeviceStatus | null = null;
  /** Commands of its network, as they were loaded and are not drawn yet. */
  #others: readonly string[] | null = null;
  readonly #draw = onFrame(() => this.#render());

  constructor(host: AttributedElement) {
    this.#host = host;
    this.#device = host.device;
    this.#level = levelOf(host);
    this.#head = deviceHead(this.#device, this.#level, this.#level === 1 && !this.#isBare);
    this.#empty = emptyPanel(this.#level + 1);
    this.#inputs = new CommandInputs(this.#device, this.#level + 1);
    // Where only its cards are wanted, what surrounds them tells the rest.
    host.replaceChildren(
      ...(this.#isBare ? [this.#content] : [...this.#head.elements, this.#gone, this.#content, this.#empty]),
    );
    this.#part = openPart({
      host,
      topics: [
        `${this.#device}/+`,
        `${LIVE_ONLY}${this.#device}/connected`,
        this.#learned,
        `${LIVE_ONLY}${networkOf(this.#device)}/reset`,
      ],
      load: () => this.#load(),
      reading: (reading) => this.#receive(reading),
      tick: () => this.#tick(),
    });
  }

  get #isBare(): boolean {
    return this.#host.hasAttribute("cards");
  }

  /** Told when more is known of what it takes. */
  get #learned(): string {
    return `${LIVE_ONLY}${this.#device}/commands`;
  }

  close(): void {
    this.#part.close();
  }

  get #known(): KnownDevice | undefined {
    return this.#list.devices.get(this.#device);
  }

  async #load(): Promise<void> {
    const records = await fetchDevices(pageSource().base);
    this.#list.replace(records.filter(({ device }) => device === this.#device));
    for (const type of this.#known?.types.keys() ?? []) this.#changed.add(type);
    this.#others = othersOf(records, networkOf(this.#device));
    this.#draw();
  }

  #receive(reading: LiveReading): void {
    if (reading.topic === this.#learned) void this.#part.load();
    else if (reading.device.startsWith(LIVE_ONLY)) this.#list.link(reading);
    else if (this.#list.receive(reading)) this.#changed.add(reading.type);
    this.#draw();
  }

  #render(): void {
    if (!this.#host.dataset.loaded) return;
    // Only once: what is put in its place anew loses the focus.
    if (!this.#grid.isConnected) {
      this.#content.replaceChildren(this.#grid, ...(this.#isBare ? [] : [this.#inputs.element]));
      settle(this.#content);
    }
    for (const type of this.#changed) {
      // None where the device was forgotten since.
      const latest = this.#known?.types.get(type);
      if (latest) this.#ensureCard(type).update(latest);
    }
    this.#changed.clear();
    // Together with the cards above, which would push them down.
    if (this.#others) this.#inputs.show(this.#known, this.#others);
    this.#others = null;
    if (this.#known) this.#head.show(this.#known);
    this.#empty.hidden = this.#cards.size > 0;
    this.#tick();
  }

  #ensureCard(type: string): Card {
    let card = this.#cards.get(type);
    if (card) return card;
    card = typeCard(this.#device, type, this.#level + 1);
    this.#cards.set(type, card);
    insertSorted(this.#grid, card.element, (a, b) => compareDevices(a.dataset.type!, b.dataset.type!));
    return card;
  }

  #tick(): void {
    const known = this.#known;
    this.#gone.hidden = known !== undefined || this.#cards.size === 0;
    if (known) this.#judge(known);
    else this.#forget();
  }

  #judge(known: KnownDevice): void {
    const status = statusAt(known, this.#part.judgedAt());
    this.#head.tick(known, status);
    for (const card of this.#cards.values()) card.tick();
    // Some types come seldom: while the device speaks they are not old.
    setAttribute(this.#grid, "stale", status === "active" ? "never" : "1");
    if (this.#status !== null && this.#status !== status && !this.#isBare) announce(`${titleOf(known)} is ${status}`);
    this.#status = status;
  }

  /** What is shown of it stays, and is old. */
  #forget(): void {
    if (this.#status === null) return;
    this.#status = null;
    this.#head.forget();
    setAttribute(this.#grid, "stale", "1");
    if (!this.#isBare) announce(`${this.#device} was forgotten`);
  }
}

function othersOf(records: readonly DeviceRecord[], network: string): string[] {
  const commands = records.filter((record) => record.network === network).map((record) => record.commands ?? {});
  return [...new Set(commands.flatMap(Object.keys))];
}

function goneNotice(): HTMLElement {
  const hint = "This device was forgotten: the server no longer knows it. What stands below is what it said last.";
  return h("div", { class: "notice gone", hidden: "" }, h("p", {}, hint));
}

function emptyPanel(level: number): HTMLElement {
  const hint =
    "This page fills by itself with the first reading. If none comes, check that the address is right and the device is on.";
  const heading = headingOf(level, "Nothing from this device yet");
  return h("div", { class: "empty panel", hidden: "" }, heading, h("p", {}, hint));
}
