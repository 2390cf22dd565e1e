/** Changes that wait for the disk, in groups that are committed together. */
import type { BackendError } from "./backend.ts";
import type { DurableChange } from "./journal.ts";

const GROUP_CHANGES = 256;
/** Between the beginnings of two groups: each costs both threads more than all that stands in it (benchmark `robots`). */
const GATHER_MS = 3;

export interface Waiting {
  readonly change: DurableChange;
  readonly resolve: () => void;
  readonly reject: (error: BackendError) => void;
}

export class ChangeGroups {
  readonly #gatherMs: number;
  #waiting: Waiting[] = [];
  /** Before it, a group that is not full may still grow. */
  #gatherUntil = 0;
  #release = () => {};

  constructor(gatherMs = GATHER_MS) {
    this.#gatherMs = gatherMs;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get #isFull(): boolean {
    return this.#waiting.length >= GROUP_CHANGES;
  }

  /** Settled by whoever takes its group. */
  add(change: DurableChange): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      if (this.#isFull) this.#release();
    });
  }

  /** Where none waits, at once with none. */
  async take(): Promise<readonly Waiting[]> {
    if (!this.isEmpty) await this.#gather();
    const group = this.#waiting.splice(0, GROUP_CHANGES);
    // Whoever commits one after another waits for nobody.
    this.#gatherUntil = group.length > 1 ? performance.now() + this.#gatherMs : 0;
    return group;
  }

  async #gather(): Promise<void> {
    const waitMs = this.#gatherUntil - performance.now();
    if (waitMs <= 0 || this.#isFull) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The group that gathers need grow no more. */
  hurry(): void {
    this.#gatherUntil = 0;
    this.#release();
  }
}
