/** Keys and their values as JSON text, some with an end. */

export interface KeyRecord {
  readonly json: string;
  /** Milliseconds since 1970, or null where it stays. */
  readonly expiresAt: number | null;
}

export class KeyTable {
  readonly #records = new Map<string, KeyRecord>();
  /** Those that end, so that the rest need no look. */
  readonly #ending = new Set<string>();

  get size(): number {
    return this.#records.size;
  }

  /** Undefined where there is none, or where it has ended. */
  get(key: string, now: number): KeyRecord | undefined {
    const record = this.#records.get(key);
    return record && !hasEnded(record, now) ? record : undefined;
  }

  /** Null deletes. */
  set(key: string, record: KeyRecord | null): void {
    this.#ending.delete(key);
    if (record === null) this.#records.delete(key);
    else {
      this.#records.set(key, record);
      if (record.expiresAt !== null) this.#ending.add(key);
    }
  }

  list(prefix: string, now: number): [string, KeyRecord][] {
    return [...this.#records].filter(([key, record]) => key.startsWith(prefix) && !hasEnded(record, now));
  }

  /** Removes and names those that have ended. */
  expire(now: number): string[] {
    const ended = [...this.#ending].filter((key) => hasEnded(this.#records.get(key)!, now));
    for (const key of ended) this.set(key, null);
    return ended;
  }

  /** When the next one ends. */
  nextEnd(): number | null {
    let next: number | null = null;
    for (const key of this.#ending) {
      const { expiresAt } = this.#records.get(key)!;
      if (next === null || expiresAt! < next) next = expiresAt;
    }
    return next;
  }
}

function hasEnded({ expiresAt }: KeyRecord, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}
