/**
 * What comes and goes all the time, by its key. V8 chains each table that a `Map` or `Set` outgrows to the next one: when
 * one of them has grown old, all that were ever held behind it are freed late (bench `gateway-api`). So now and then a
 * new `Map` is begun.
 */

/** At least so many have gone between one `Map` and the next. */
const LEAST_GONE = 256;

export class Roster<K, V> {
  #present = new Map<K, V>();
  #gone = 0;

  get size(): number {
    return this.#present.size;
  }

  get(key: K): V | undefined {
    return this.#present.get(key);
  }

  set(key: K, value: V): void {
    this.#present.set(key, value);
  }

  /** False where there was none. */
  delete(key: K): boolean {
    if (!this.#present.delete(key)) return false;
    if (++this.#gone >= Math.max(LEAST_GONE, this.#present.size)) this.#beginAnew();
    return true;
  }

  #beginAnew(): void {
    this.#present = new Map(this.#present);
    this.#gone = 0;
  }

  /** Those of this moment: some may go meanwhile. */
  values(): V[] {
    return [...this.#present.values()];
  }
}
