/** Keeps messages, in their order, while the registry's store is opening. */
import type { RegistryState } from "../token-registry.ts";

const MAX_HELD = 1000;

export class Held<T> {
  readonly #decide: (input: T) => void;
  #waiting: T[] = [];
  /** False only while the registry may still become ready. */
  #isSettled = false;

  constructor(decide: (input: T) => void) {
    this.#decide = decide;
  }

  /** Beyond its bound a message is decided at once: the registry refuses it as not ready. */
  take(input: T): void {
    if (this.#isSettled || this.#waiting.length >= MAX_HELD) this.#decide(input);
    else this.#waiting.push(input);
  }

  follow({ isReady, fault }: RegistryState): void {
    this.#isSettled = isReady || fault !== undefined;
    if (this.#isSettled) this.releaseAll();
  }

  releaseAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const input of waiting) this.#decide(input);
  }
}
