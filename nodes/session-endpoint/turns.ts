/**
 * Hands on what a peer sent in shares, one for each turn of the event loop: a peer that sends without a pause keeps no
 * other waiting. Meanwhile nothing more is read from it, so that it waits, and not we.
 */
import { currentTurn } from "./turn.ts";

/** Of one session in one turn: a burst of so many is no flood. */
const BURST = 8;
/** Of a session that floods, in each turn: the less there is to do in a turn, the sooner comes the next. */
const SHARE = 2;

export interface TurnsHost<T> {
  hand(item: T): void;
  /** Reads nothing more, until `resume`. */
  pause(): void;
  resume(): void;
}

export class Turns<T> {
  readonly #host: TurnsHost<T>;
  /** Null where nothing waits, as of most sessions nothing ever does. */
  #waiting: T[] | null = null;
  #turn = -1;
  #handed = 0;

  constructor(host: TurnsHost<T>) {
    this.#host = host;
  }

  add(item: T): void {
    const now = currentTurn();
    if (now !== this.#turn) this.#handed = 0;
    this.#turn = now;
    if (this.#waiting) this.#waiting.push(item);
    else if (this.#handed < BURST) {
      this.#handed++;
      this.#host.hand(item);
    } else this.#keep(item);
  }

  #keep(item: T): void {
    this.#waiting = [item];
    this.#host.pause();
    setImmediate(() => this.#handShare());
  }

  #handShare(): void {
    const share = this.#waiting?.splice(0, SHARE) ?? [];
    for (const item of share) this.#host.hand(item);
    if (this.#waiting?.length) setImmediate(() => this.#handShare());
    else if (this.#waiting) {
      this.#waiting = null;
      this.#host.resume();
    }
  }

  /** All that waits, at once: the connection is gone. */
  flush(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const item of waiting) this.#host.hand(item);
  }
}
