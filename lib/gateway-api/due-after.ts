/** What comes due after one and the same delay: the first to begin is the first to be due. */

interface Held<V> {
  readonly value: V;
  readonly deadline: number;
}

export class DueAfter<K, V> {
  readonly #delayMs: number;
  readonly #held = new Map<K, Held<V>>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  get size(): number {
    return this.#held.size;
  }

  /** A key that is held already begins anew. */
  begin(key: K, value: V, now: number): void {
    this.#held.delete(key);
    this.#held.set(key, { value, deadline: now + this.#delayMs });
  }

  take(key: K): V | undefined {
    const held = this.#held.get(key);
    if (held) this.#held.delete(key);
    return held?.value;
  }

  takeDue(now: number): V[] {
    const due: V[] = [];
    for (const [key, { value, deadline }] of this.#held) {
      if (deadline > now) break;
      this.#held.delete(key);
      due.push(value);
    }
    return due;
  }

  nextDeadline(): number | null {
    if (this.#held.size === 0) return null;
    for (const { deadline } of this.#held.values()) return deadline;
    return null;
  }
}
