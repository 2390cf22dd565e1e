/** Notices that nothing comes any more over a connection that still seems open. */

/** Ends a connection that has been silent for too long. */
export class StallGuard {
  readonly #ms: number;
  readonly #abort: AbortController;
  #heardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, abort: AbortController) {
    this.#ms = ms;
    this.#abort = abort;
    this.restart();
    this.#wait(ms);
  }

  /** Only notes the time: a busy stream calls this for each of its pieces. */
  restart(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.#heardAt + this.#ms - performance.now();
      if (leftMs > 0) this.#wait(leftMs);
      else this.#abort.abort(new Error("nothing came from the server"));
    }, ms);
  }
}
