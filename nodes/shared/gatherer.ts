/** Gathers what comes in one go, and hands it on together. */

/** More go in several lists, so that no turn of the event loop takes long. */
const MOST = 1024;

export class Gatherer<Item> {
  readonly #hand: (items: Item[]) => void;
  readonly #later: (flush: () => void) => void;
  #items: Item[] = [];

  /** `later` says when: `setImmediate` for all of a turn of the event loop, `queueMicrotask` for all that one call brings. */
  constructor(hand: (items: Item[]) => void, later: (flush: () => void) => void) {
    this.#hand = hand;
    this.#later = later;
  }

  add(item: Item): void {
    const count = this.#items.push(item);
    if (count === 1) this.#later(this.flush);
    else if (count >= MOST) this.flush();
  }

  /** What has come so far, at once: something else must not overtake it. */
  readonly flush = (): void => {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.#hand(items);
  };
}
