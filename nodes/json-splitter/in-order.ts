/** Does one thing after another: at once while nothing takes a moment, else what comes meanwhile waits, within a bound. */

/** Handles its own errors. A promise asks for the next to wait. */
export type Job = () => Promise<void> | undefined;

export class InOrder {
  readonly #most: number;
  readonly #waiting: Job[] = [];
  #isBusy = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Those that wait, and the one that takes its moment. */
  get held(): number {
    return this.#waiting.length + (this.#isBusy ? 1 : 0);
  }

  /** False where too many wait. */
  add(job: Job): boolean {
    if (!this.#isBusy) this.#start(job);
    else if (this.#waiting.length < this.#most) this.#waiting.push(job);
    else return false;
    return true;
  }

  /** Drops what waits; gives how many those were. */
  clear(): number {
    return this.#waiting.splice(0).length;
  }

  #start(job: Job): void {
    const moment = job();
    if (!moment) return;
    this.#isBusy = true;
    void moment.finally(() => {
      this.#isBusy = false;
      while (!this.#isBusy && this.#waiting.length > 0) this.#start(this.#waiting.shift()!);
    });
  }
}
