/** Identities of readings that wait for the disk, and who waits for each. */
import type { DedupeTable } from "../lib/store/dedupe.ts";
import type { Stored } from "../lib/store/value.ts";
import { BackendError, type OnceListener } from "./backend.ts";
import type { IdentityRows } from "./file-messages.ts";

/** An identity that came to disk is remembered by the sequence of its reading alone: there are many (bench `ack`). */
export type Remembered = DedupeTable<Identity | number>;

/** The identity of a reading until it comes to disk with it, or never does. */
export class Identity {
  readonly id: string;
  readonly sequence: number;
  readonly #remembered: Remembered;
  readonly #listeners: OnceListener[];
  #fault: Error | null = null;

  constructor(id: string, sequence: number, listener: OnceListener, remembered: Remembered) {
    this.id = id;
    this.sequence = sequence;
    this.#listeners = [listener];
    this.#remembered = remembered;
  }

  /** For a repetition. */
  listen(listener: OnceListener): void {
    const fault = this.#fault;
    if (fault === null) this.#listeners.push(listener);
    else queueMicrotask(() => listener.lost(fault));
  }

  committed(): void {
    if (this.#remembered.get(this.id) === this) this.#remembered.set(this.id, this.sequence);
    for (const listener of this.#listeners) listener.committed();
  }

  lost(error: Error): void {
    this.#fault = error;
    for (const listener of this.#listeners.splice(0)) listener.lost(error);
  }
}

/** Returns the sequence. One that came to disk, or needs none, tells at once. */
export function listenTo(known: Identity | number, listener: OnceListener): number {
  if (typeof known === "number") queueMicrotask(() => listener.committed());
  else known.listen(listener);
  return typeof known === "number" ? known : known.sequence;
}

export class Identities {
  readonly #bySequence = new Map<number, Identity>();

  add(identity: Identity): void {
    this.#bySequence.set(identity.sequence, identity);
  }

  /** What comes to disk with these readings. */
  rowsOf(batch: readonly Stored[]): IdentityRows {
    const ids: string[] = [];
    const sequences: number[] = [];
    for (const { sequence } of this.#bySequence.size === 0 ? [] : batch) {
      const identity = this.#bySequence.get(sequence);
      if (!identity) continue;
      ids.push(identity.id);
      sequences.push(sequence);
    }
    return { ids, sequences: Float64Array.from(sequences) };
  }

  written(batch: readonly Stored[]): void {
    if (this.#bySequence.size === 0) return;
    for (const { sequence } of batch) this.#take(sequence)?.committed();
  }

  lose(sequence: number): void {
    this.#take(sequence)?.lost(new BackendError("unwritable", "the reading never came to disk"));
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
