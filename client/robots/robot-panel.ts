/** One robot: its name, status and queue, and a card for each field that it has sent. */
import { compareDevices, type DeviceStatus } from "../../lib/store/devices.ts";
import { fetchHistory } from "../api.ts";
import { atOnce } from "../at-once.ts";
import { type Card, showAge } from "../card.ts";
import { addressOf, type KnownDevice, MAX_TYPES } from "../device-list.ts";
import { statusMark } from "../device-row.ts";
import { h, insertSorted, setAttribute, setText } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { mergeHistory, type Sample } from "../series.ts";
import { queueState } from "./queue-state.ts";
import { addRobotSample, robotCard, samplesKept } from "./robot-card.ts";

export class RobotPanel {
  readonly device: string;
  readonly queue = queueState();
  readonly cards = h("div", { class: "cards" });
  readonly age = h("time", { class: "age" });
  readonly side = h("span", { class: "side" });
  readonly mark = statusMark();
  readonly #base: string;
  readonly #series = new Map<string, Sample[]>();
  readonly #cards = new Map<string, Card>();
  readonly #changed = new Set<string>();
  readonly #asked = new Set<string>();

  constructor(base: string, device: string) {
    this.#base = base;
    this.device = device;
  }

  /** The history of what is drawn as a course; of the rest, what the list of devices has is enough. */
  async load(known: KnownDevice): Promise<void> {
    const types = [...known.types].slice(0, MAX_TYPES);
    for (const [type, sample] of types) this.#add(type, sample);
    const left = types.filter(([type, { value }]) => samplesKept(value) > 1 && !this.#asked.has(type));
    for (const [type] of left) this.#asked.add(type);
    await atOnce(left, ([type]) => this.#loadType(type));
  }

  async #loadType(type: string): Promise<void> {
    const history = await fetchHistory(this.#base, this.device, type, samplesKept(0));
    this.#series.set(type, mergeHistory(history, this.#series.get(type) ?? []));
    this.#changed.add(type);
  }

  receive(reading: LiveReading): boolean {
    return this.#add(reading.type, reading);
  }

  #add(type: string, sample: Sample): boolean {
    const samples = this.#series.get(type);
    if (!samples && this.#series.size >= MAX_TYPES) return false;
    if (!samples) this.#series.set(type, [sample]);
    else if (!addRobotSample(samples, sample)) return false;
    this.#changed.add(type);
    return true;
  }

  render(): void {
    for (const type of this.#changed) this.#ensureCard(type).update(this.#series.get(type)!);
    this.#changed.clear();
  }

  #ensureCard(type: string): Card {
    let card = this.#cards.get(type);
    if (card) return card;
    card = robotCard(type);
    setAttribute(card.element, "data-type", type);
    this.#cards.set(type, card);
    insertSorted(this.cards, card.element, (a, b) => compareDevices(a.dataset.type!, b.dataset.type!));
    return card;
  }

  tick(known: KnownDevice, status: DeviceStatus, side: string): void {
    this.mark.show(status);
    showAge(this.age, known.lastSeen);
    setText(this.side, side === "" ? "" : `${side} side`);
    for (const card of this.#cards.values()) card.tick();
  }
}

/** `benbot` of `robot/benbot`. */
export function robotName(known: KnownDevice): string {
  return known.name ?? addressOf(known);
}
