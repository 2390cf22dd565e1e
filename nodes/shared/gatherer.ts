/** Gathers what one call brings, and hands it on together. */

/** More go in several lists, so that no turn of the event loop takes long. */
const MOST = 1024;

export class Gatherer<Item> {
  readonly #hand: (items: Item[]) => void;
  #items: Item[] = [];

  constructor(hand: (items: Item[]) => void) {
    this.#hand = hand;
  }

  add(item: Item): void {
    const count = this.#items.push(item);
    if (count === 1) queueMicrotask(this.flush);
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
