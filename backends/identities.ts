/** Identities of readings that wait for the disk, and who waits for each. */
import type { Stored } from "../lib/store/value.ts";
import { BackendError } from "./backend.ts";
import type { RowChange } from "./file-messages.ts";
import type { Identity } from "./journal.ts";

export class Identities {
  readonly #bySequence = new Map<number, Identity>();

  add(sequence: number, identity: Identity): void {
    this.#bySequence.set(sequence, identity);
  }

  /** What comes to disk with these readings. */
  changesOf(batch: readonly Stored[]): RowChange[] {
    if (this.#bySequence.size === 0) return [];
    return batch.flatMap(({ sequence }) => {
      const identity = this.#bySequence.get(sequence);
      return identity ? [{ type: "dedupe", id: identity.id, sequence }] : [];
    });
  }

  written(batch: readonly Stored[]): void {
    if (this.#bySequence.size === 0) return;
    for (const { sequence } of batch) this.#take(sequence)?.resolve();
  }

  lose(sequence: number): void {
    this.#take(sequence)?.reject(new BackendError("unwritable", "the reading never came to disk"));
  }

  loseAll(): void {
    for (const sequence of [...this.#bySequence.keys()]) this.lose(sequence);
  }

  #take(sequence: number): Identity | undefined {
    const identity = this.#bySequence.get(sequence);
    this.#bySequence.delete(sequence);
    return identity;
  }
}
