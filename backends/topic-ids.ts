/** The numbers that topics have on disk, and what retention removed from them that the disk still holds. */
import type { TopicRow } from "./file-messages.ts";

/** A topic's removed entries are deleted on disk once there are so many: one statement for all of them. */
const REMOVED_AT_ONCE = 64;

interface Removed {
  upTo: number;
  times: number;
}

export class TopicIds {
  readonly #ids = new Map<string, number>();
  readonly #undeclared = new Map<number, string>();
  readonly #removed = new Map<number, Removed>();
  #ready: [topic: number, upTo: number][] = [];
  #next = 1;

  constructor(rows: readonly TopicRow[]) {
    for (const [id, name] of rows) {
      this.#ids.set(name, id);
      this.#next = Math.max(this.#next, id + 1);
    }
  }

  idOf(topic: string): number {
    let id = this.#ids.get(topic);
    if (id === undefined) {
      id = this.#next++;
      this.#ids.set(topic, id);
      this.#undeclared.set(id, topic);
    }
    return id;
  }

  /** Those that no transaction has brought to disk yet. */
  undeclared(): TopicRow[] {
    return [...this.#undeclared].map(([id, name]) => [id, name, 0]);
  }

  declared(rows: readonly TopicRow[]): void {
    for (const [id] of rows) this.#undeclared.delete(id);
  }

  removed(topic: string, upTo: number): void {
    const id = this.idOf(topic);
    const known = this.#removed.get(id);
    if (!known) this.#removed.set(id, { upTo, times: 1 });
    else if (++known.times < REMOVED_AT_ONCE) known.upTo = upTo;
    else {
      this.#removed.delete(id);
      this.#ready.push([id, upTo]);
    }
  }

  takeRemoved(): readonly (readonly [topic: number, upTo: number])[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
