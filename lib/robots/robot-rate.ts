/** How fast one robot may send: so many messages a second, and after a quiet while as many again at once. */

/** Seconds whose messages a robot that was quiet may send at once. */
const BURST_S = 2;
const SECOND_MS = 1000;

export class RobotRate {
  readonly #perSecond: number;
  #left: number;
  #at: number;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** Infinity: as fast as it likes. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * BURST_S;
    this.#at = now;
  }

  /** Takes one message, or says that it is one too many. */
  take(now: number): boolean {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return true;
    const more = ((now - this.#at) / SECOND_MS) * this.#perSecond;
    this.#left = Math.min(this.#perSecond * BURST_S, this.#left + more);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** Whether it is time to tell the robot, which is told once a second. */
  isDue(now: number): boolean {
    if (now - this.#toldAt < SECOND_MS) return false;
    this.#toldAt = now;
    return true;
  }
}
