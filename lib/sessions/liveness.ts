/** Whether a peer is still there and has said who it is: asked from time to time, it tells what is due. */

export interface LivenessLimits {
  /** After such a silence the peer is asked for a sign of life, and has as long again to give it; 0: not asked. */
  readonly keepAliveMs: number;
  /** A peer that sends nothing of its own for so long is let go; 0: it may be silent. */
  readonly idleMs: number;
  /** A peer must have identified itself within; 0: it need not. */
  readonly identifyMs: number;
}

/** What comes so long after something was sent comes from a peer that had got it. */
const SETTLED_MS = 2000;

/** `ping` ask for a sign of life; the others say why the connection must end. */
type LivenessVerdict = "ping" | "silent" | "idle" | "unidentified";

export class Liveness {
  readonly #limits: LivenessLimits;
  readonly #openedAt: number;
  #isIdentified = false;
  /** Anything came, a message came, a ping is unanswered since. */
  #heardAt: number;
  #spokeAt: number;
  #pingedAt: number | null = null;
  /** Something was sent to it. */
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(limits: LivenessLimits, now: number) {
    this.#limits = limits;
    this.#openedAt = this.#heardAt = this.#spokeAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#pingedAt = null;
  }

  spoke(now: number): void {
    this.heard(now);
    this.#spokeAt = now;
  }

  told(now: number): void {
    this.#toldAt = now;
  }

  /** It was told something, and nothing that came since shows that it got it. */
  get isUnanswered(): boolean {
    return this.#heardAt - this.#toldAt < SETTLED_MS;
  }

  identify(): void {
    this.#isIdentified = true;
  }

  check(now: number): LivenessVerdict | null {
    const { keepAliveMs, idleMs, identifyMs } = this.#limits;
    if (identifyMs > 0 && !this.#isIdentified && now - this.#openedAt >= identifyMs) return "unidentified";
    if (idleMs > 0 && now - this.#spokeAt >= idleMs) return "idle";
    if (keepAliveMs === 0) return null;
    if (this.#pingedAt !== null) return now - this.#pingedAt >= keepAliveMs ? "silent" : null;
    if (now - this.#heardAt < keepAliveMs) return null;
    this.#pingedAt = now;
    return "ping";
  }
}
