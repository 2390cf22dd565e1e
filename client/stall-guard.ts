/** Notices that nothing comes any more over a connection that still seems open. */

/** Ends a connection that has been silent for too long. */
export class StallGuard {
  readonly #ms: number;
  readonly #abort: AbortController;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, abort: AbortController) {
    this.#ms = ms;
    this.#abort = abort;
    this.restart();
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(new Error("nothing came from the server")), this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
