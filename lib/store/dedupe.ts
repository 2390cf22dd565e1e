/** Remembers the newest identities of appended entries, so that one that comes again is not appended again. */

/** Identities remembered; an older one is appended anew. */
export const REMEMBERED_IDS = 100_000;

export class DedupeTable<T> {
  readonly #seen = new Map<string, T>();
  /** Goes along with what is forgotten: a new one would pass over all that was forgotten before (bench `ack`). */
  readonly #oldest = this.#seen.keys();

  get(id: string): T | undefined {
    return this.#seen.get(id);
  }

  set(id: string, value: T): void {
    this.#seen.set(id, value);
    if (this.#seen.size <= REMEMBERED_IDS) return;
    this.#seen.delete(this.#oldest.next().value!);
  }

  delete(id: string): void {
    this.#seen.delete(id);
  }
}
