/** One watcher of keys: the present values first, then every change; a slow one gets each key's newest value only. */
import type { KeyEvent } from "./backend.ts";

/** Changes that may wait; beyond it older changes of the same key are left out. */
const BUFFER_EVENTS = 1024;

export class Watcher {
  readonly #prefix: string;
  readonly #left: () => void;
  #waiting: KeyEvent[];
  #bound: number;
  #finished = false;
  #wake: () => void = () => {};

  constructor(prefix: string, present: KeyEvent[], left: () => void) {
    this.#prefix = prefix;
    this.#waiting = present;
    this.#bound = present.length + BUFFER_EVENTS;
    this.#left = left;
  }

  push(event: KeyEvent): void {
    if (!event.key.startsWith(this.#prefix)) return;
    this.#waiting.push(event);
    if (this.#waiting.length > this.#bound) this.#coalesce();
    this.#wake();
  }

  /** What is left is bounded by the number of keys, so the next time comes after as many changes again. */
  #coalesce(): void {
    const newest = new Map(this.#waiting.map((event) => [event.key, event]));
    this.#waiting = [...newest.values()];
    this.#bound = this.#waiting.length + BUFFER_EVENTS;
  }

  finish(): void {
    this.#finished = true;
    this.#left();
    this.#wake();
  }

  async *events(): AsyncGenerator<KeyEvent, void, undefined> {
    try {
      while (!this.#finished) {
        const batch = this.#waiting;
        this.#waiting = [];
        for (const event of batch) {
          if (this.#finished) return;
          yield event;
        }
        if (this.#waiting.length === 0) await this.#awakened();
      }
    } finally {
      this.finish();
    }
  }

  #awakened(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#finished) resolve();
    });
  }
}
