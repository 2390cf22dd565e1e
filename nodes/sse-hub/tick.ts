/** Ends a tick: however often it is asked for meanwhile, once. */

export class Tick {
  readonly #lengthMs: number;
  readonly #flush: () => void;
  #timer: NodeJS.Immediate | NodeJS.Timeout | undefined;

  /** A length of 0 ends it with the turn of the event loop. */
  constructor(lengthMs: number, flush: () => void) {
    this.#lengthMs = lengthMs;
    this.#flush = flush;
  }

  ask(): void {
    this.#timer ??= this.#lengthMs > 0 ? setTimeout(this.#end, this.#lengthMs) : setImmediate(this.#end);
  }

  stop(): void {
    clearTimeout(this.#timer as NodeJS.Timeout | undefined);
    clearImmediate(this.#timer as NodeJS.Immediate | undefined);
  }

  readonly #end = (): void => {
    this.#timer = undefined;
    this.#flush();
  };
}
