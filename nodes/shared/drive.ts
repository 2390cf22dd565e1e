/** Runs a timed core: the one place that owns its timer and its clock. */

/** A pure state machine that takes the time as an argument and says when it next wants to be woken. */
export interface TimedCore<Event> {
  handleTimer(now: number): readonly Event[];
  /** Monotonic milliseconds, or null while nothing is due. */
  nextDeadline(): number | null;
}

export interface Driver<Event> {
  /** Performs events that an input produced, then arms the timer anew. */
  run(events: readonly Event[]): void;
  /** Idempotent; nothing is performed afterwards. */
  stop(): void;
}

/** A longer delay would fire at once: Node keeps it in 32 bits. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Monotonic milliseconds. */
export function now(): number {
  return performance.now();
}

export function drive<Event>(core: TimedCore<Event>, perform: (event: Event) => void): Driver<Event> {
  return new CoreDriver(core, perform);
}

class CoreDriver<Event> implements Driver<Event> {
  readonly #core: TimedCore<Event>;
  readonly #perform: (event: Event) => void;
  #timer: NodeJS.Timeout | undefined;
  #armedFor: number | null = null;
  #isStopped = false;

  constructor(core: TimedCore<Event>, perform: (event: Event) => void) {
    this.#core = core;
    this.#perform = perform;
    this.#arm();
  }

  run(events: readonly Event[]): void {
    for (const event of events) {
      if (this.#isStopped) return;
      this.#perform(event);
    }
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Most inputs change no deadline: a timer for each of them would cost more than the input (bench `ack`). */
  #arm(): void {
    const deadline = this.#isStopped ? null : this.#core.nextDeadline();
    if (deadline === this.#armedFor) return;
    clearTimeout(this.#timer);
    this.#armedFor = deadline;
    if (deadline === null) return;
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now())), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#wake(), delay);
  }

  #wake(): void {
    this.#armedFor = null;
    this.run(this.#core.handleTimer(now()));
  }
}
