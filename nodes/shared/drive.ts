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
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let armedFor: number | null = null;
  /** Most inputs change no deadline: a timer for each of them would cost more than the input (bench `ack`). */
  function arm(): void {
    const deadline = stopped ? null : core.nextDeadline();
    if (deadline === armedFor) return;
    clearTimeout(timer);
    armedFor = deadline;
    if (deadline === null) return;
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now())), MAX_DELAY_MS);
    timer = setTimeout(wake, delay);
  }
  function wake(): void {
    armedFor = null;
    run(core.handleTimer(now()));
  }
  function run(events: readonly Event[]): void {
    for (const event of events) {
      if (stopped) return;
      perform(event);
    }
    arm();
  }
  function stop(): void {
    stopped = true;
    clearTimeout(timer);
  }
  arm();
  return { run, stop };
}
