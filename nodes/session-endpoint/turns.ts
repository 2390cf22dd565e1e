/**
 * Hands on what a peer sent in shares, one for each turn of the event loop: a peer that sends without a pause keeps no
 * other waiting. Meanwhile nothing more is read from it, so that it waits, and not we.
 */
import { currentTurn } from "./turn.ts";

/** Of one session in one turn: a burst of so many is no flood. */
const BURST = 8;
/** Of a session that floods, in each turn: the less there is to do in a turn, the sooner comes the next. */
const SHARE = 2;

export interface Flow {
  pause(): void;
  resume(): void;
}

export class Turns<T> {
  readonly #hand: (item: T) => void;
  readonly #flow: () => Flow;
  #waiting: T[] = [];
  #turn = -1;
  #handed = 0;

  /** `flow` is asked when it is needed: what is heard first may come before it is there. */
  constructor(hand: (item: T) => void, flow: () => Flow) {
    this.#hand = hand;
    this.#flow = flow;
  }

  add(item: T): void {
    const now = currentTurn();
    if (now !== this.#turn) this.#handed = 0;
    this.#turn = now;
    if (this.#waiting.length === 0 && this.#handed < BURST) {
      this.#handed++;
      this.#hand(item);
    } else this.#keep(item);
  }

  #keep(item: T): void {
    if (this.#waiting.push(item) > 1) return;
    this.#flow().pause();
    setImmediate(() => this.#handShare());
  }

  #handShare(): void {
    const share = this.#waiting.splice(0, SHARE);
    for (const item of share) this.#hand(item);
    if (this.#waiting.length > 0) setImmediate(() => this.#handShare());
    else if (share.length > 0) this.#flow().resume();
  }

  /** All that waits, at once: the connection is gone. */
  flush(): void {
    for (const item of this.#waiting.splice(0)) this.#hand(item);
  }
}
