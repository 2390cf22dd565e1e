/** Remembers the newest identities of appended entries, so that one that comes again is not appended again. */

/** Identities remembered; an older one is appended anew. */
export const REMEMBERED_IDS = 100_000;

export class DedupeTable<T> {
  readonly #seen = new Map<string, T>();

  get(id: string): T | undefined {
    return this.#seen.get(id);
  }

  set(id: string, value: T): void {
    this.#seen.set(id, value);
    if (this.#seen.size <= REMEMBERED_IDS) return;
    for (const oldest of this.#seen.keys()) {
      this.#seen.delete(oldest);
      return;
    }
  }

  delete(id: string): void {
    this.#seen.delete(id);
  }
}
