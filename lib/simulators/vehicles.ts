/** What the nodes of a simulated mesh measure: vehicles that go round a track. */
import type { ReadingToSend } from "../uart/messages.ts";
import { DYNAMIC_TYPE } from "./mesh-types.ts";
import type { Random } from "./random.ts";
import { placeAt } from "./track.ts";

const FULL_BATTERY = 4.15;
const EMPTY_BATTERY = 3.35;
const BATTERY_S = 7200;
/** Batteries are not charged at the same time. */
const BATTERY_SHIFT_S = 600;

export class Vehicles {
  readonly #random: Random;
  readonly #dynamic: boolean;
  #count = 0;

  /** `dynamic`: also send the type that nobody defined. */
  constructor(random: Random, dynamic: boolean) {
    this.#random = random;
    this.#dynamic = dynamic;
  }

  /** Of the node with this address, from 1, among `nodes`. */
  readings(address: number, seconds: number, nodes: number): ReadingToSend[] {
    const { speed, ...place } = placeAt(seconds, (address - 1) / nodes);
    const drained = ((seconds + address * BATTERY_SHIFT_S) % BATTERY_S) / BATTERY_S;
    const readings: ReadingToSend[] = [
      { type: "GPS", value: place },
      { type: "BAT", value: { voltage: FULL_BATTERY - drained * (FULL_BATTERY - EMPTY_BATTERY) } },
      { type: "SPD", value: { speed: speed * (0.95 + 0.1 * this.#random.next()) } },
    ];
    if (this.#dynamic) readings.push({ type: DYNAMIC_TYPE, value: this.#dynamicValue() });
    return readings;
  }

  #dynamicValue(): Buffer {
    this.#count = (this.#count + 1) & 0xffff;
    return Buffer.of(this.#count & 0xff, this.#count >> 8, this.#random.below(256), this.#random.below(256));
  }
}
