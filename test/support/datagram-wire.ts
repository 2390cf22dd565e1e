/** A seeded network for datagrams: it loses, repeats and delays them, and so changes their order. */
import type { Random } from "../../lib/simulators/random.ts";

export interface DatagramFaults {
  /** Shares of the datagrams, 0..1. */
  readonly loss: number;
  readonly repeats: number;
  /** Each is under way for 1 ms up to this long. */
  readonly delayMs: number;
}

interface UnderWay<Datagram> {
  readonly at: number;
  readonly datagram: Datagram;
}

export class DatagramWire<Datagram> {
  faults: DatagramFaults;
  readonly counts = { sent: 0, lost: 0, repeated: 0, delivered: 0 };
  readonly #random: Random;
  #underWay: UnderWay<Datagram>[] = [];

  constructor(random: Random, faults: DatagramFaults) {
    this.#random = random;
    this.faults = faults;
  }

  send(datagram: Datagram, now: number): void {
    this.counts.sent++;
    if (this.#random.chance(this.faults.loss)) this.counts.lost++;
    else this.#carry(datagram, now);
    if (!this.#random.chance(this.faults.repeats)) return;
    this.counts.repeated++;
    this.#carry(datagram, now);
  }

  /** What arrives up to now, in the order of its arrival. */
  arrived(now: number): Datagram[] {
    const due = this.#underWay.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
    this.#underWay = this.#underWay.filter(({ at }) => at > now);
    this.counts.delivered += due.length;
    return due.map(({ datagram }) => datagram);
  }

  nextDeadline(): number | null {
    return this.#underWay.length === 0 ? null : Math.min(...this.#underWay.map(({ at }) => at));
  }

  #carry(datagram: Datagram, now: number): void {
    this.#underWay.push({ at: now + 1 + this.#random.next() * (this.faults.delayMs - 1), datagram });
  }
}
