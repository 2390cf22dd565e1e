/** Messages that every reader gets, each at its own pace: one list, and a position in it for each reader. */

interface Kept<T> {
  readonly item: T;
  wasRead: boolean;
}

interface Reader {
  /** Of the next message to read. */
  position: number;
  askedAt: number;
}

/** What left the list: read by all who are there, or missed by some or all of them. */
export interface Removed<T> {
  readonly read: readonly T[];
  readonly missed: readonly T[];
}

export class SharedLog<T> {
  readonly #readers = new Map<string, Reader>();
  readonly #start: "held" | "new";
  readonly #idleMs: number;
  #kept: Kept<T>[] = [];
  /** Position of the oldest. */
  #first = 0;

  /** A new reader begins with what is held, or with what comes; one that has not asked for `idleMs` is forgotten. */
  constructor(start: "held" | "new", idleMs: number) {
    this.#start = start;
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#kept.length;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** The oldest first. */
  *items(): Iterable<T> {
    for (const { item } of this.#kept) yield item;
  }

  add(item: T): void {
    this.#kept.push({ item, wasRead: false });
  }

  /** The next message for a reader that `isWanted`; the others are passed over. */
  next(reader: string, now: number, isWanted: (item: T) => boolean): T | null {
    const place = this.#placeOf(reader, now);
    while (place.position < this.#first + this.#kept.length) {
      const kept = this.#kept[place.position++ - this.#first]!;
      if (!isWanted(kept.item)) continue;
      kept.wasRead = true;
      return kept.item;
    }
    return null;
  }

  /** What a reader has before it. */
  left(reader: string): readonly T[] {
    const position = this.#readers.get(reader)?.position ?? (this.#start === "held" ? this.#first : Infinity);
    return this.#kept.slice(Math.max(0, position - this.#first)).map(({ item }) => item);
  }

  #placeOf(name: string, now: number): Reader {
    const end = this.#first + this.#kept.length;
    const place = this.#readers.get(name) ?? { position: this.#start === "held" ? this.#first : end, askedAt: now };
    place.position = Math.max(place.position, this.#first);
    place.askedAt = now;
    this.#readers.set(name, place);
    return place;
  }

  forget(reader: string): void {
    this.#readers.delete(reader);
  }

  /** Removes the oldest that every reader has behind it, as long as there is one who reads. */
  retire(now: number): Removed<T> {
    for (const [name, { askedAt }] of this.#readers) if (now - askedAt > this.#idleMs) this.#readers.delete(name);
    if (this.#readers.size === 0) return { read: [], missed: [] };
    const least = Math.min(...[...this.#readers.values()].map(({ position }) => position));
    return this.remove(Math.max(0, least - this.#first));
  }

  /** Removes so many of the oldest. */
  remove(count: number): Removed<T> {
    const gone = this.#kept.slice(0, count);
    const positions = [...this.#readers.values()].map(({ position }) => position);
    const read: T[] = [];
    const missed: T[] = [];
    gone.forEach(({ item, wasRead }, index) => {
      const isMissed = !wasRead || positions.some((position) => position <= this.#first + index);
      (isMissed ? missed : read).push(item);
    });
    this.#kept = this.#kept.slice(count);
    this.#first += gone.length;
    return { read, missed };
  }
}
