/** Writes messages into a backend as readings, puts down each device's presence, and counts what became of them. */
import {
  DEFAULT_DISCONNECTED_AFTER_MS,
  DEFAULT_STALE_AFTER_MS,
  PRESENCE_PREFIX,
  type Presence,
} from "../lib/store/devices.ts";
import { quote } from "../lib/store/ids.ts";
import { differs, type Incoming, Intake, type KnownDevice, type ReadingMessage } from "../lib/store/intake.ts";
import { type Backend, BackendError } from "./backend.ts";

/** A message that a reading is made from; a stored one has all of these. */
export interface WritableMessage extends ReadingMessage {
  device?: string | undefined;
  type?: string | undefined;
  topic?: string | undefined;
  time?: number | undefined;
  cursor?: string | undefined;
}

export interface PresenceLimits {
  readonly staleAfterMs: number;
  readonly disconnectedAfterMs: number;
}

export const DEFAULT_LIMITS: PresenceLimits = {
  staleAfterMs: DEFAULT_STALE_AFTER_MS,
  disconnectedAfterMs: DEFAULT_DISCONNECTED_AFTER_MS,
};

type Accept = (isDifferent: boolean) => void;
type Refuse = (error: Error) => void;

export class ReadingWriter {
  readonly #intake = new Intake();
  readonly #limits: PresenceLimits;
  readonly #report: (fault: Error) => void;
  #in = 0;
  #stored = 0;
  #held = 0;
  readonly #refused: Record<string, number> = { invalid: 0 };

  /** `report` hears of presences that could not be put down. */
  constructor(limits: PresenceLimits, report: (fault: Error) => void) {
    this.#limits = limits;
    this.#report = report;
  }

  /** in = stored + refused + held */
  get counts() {
    return { in: this.#in, stored: this.#stored, held: this.#held, refused: this.#refused };
  }

  /** Devices met since the start. */
  get devices(): number {
    return this.#intake.devices;
  }

  /** Counts readings that have come in; each is written or refused later. */
  arrive(count: number): void {
    this.#in += count;
    this.#held += count;
  }

  refuse(count: number, reason: string): void {
    this.#held -= count;
    this.#refused[reason] = (this.#refused[reason] ?? 0) + count;
  }

  /**
   * Completes an arrived message with its names, time and cursor, and calls `accept` with whether its value differs from
   * the previous one, or `refuse`. Callbacks spare each reading a promise: bench `flow`.
   */
  write(backend: Backend, message: WritableMessage, now: number, accept: Accept, refuse: Refuse): void {
    let incoming: Incoming;
    try {
      incoming = this.#take(message, now);
    } catch (error) {
      this.#fail(error as Error, refuse);
      return;
    }
    backend.append(incoming.series.topic, incoming.reading).then(
      (cursor) => accept(this.#store(backend, message, incoming, cursor)),
      (error: Error) => this.#fail(error, refuse),
    );
  }

  #take(message: WritableMessage, now: number): Incoming {
    if (typeof message === "object" && message !== null) return this.#intake.take(message, now);
    throw new RangeError(`a reading must be an object, got ${quote(message)}`);
  }

  #fail(error: Error, refuse: Refuse): void {
    this.refuse(1, error instanceof BackendError ? error.code : "invalid");
    refuse(error);
  }

  #store(backend: Backend, message: WritableMessage, { series, reading }: Incoming, cursor: string): boolean {
    const { home, type, topic } = series;
    this.#held--;
    this.#stored++;
    message.device = home.device;
    message.type = type;
    message.topic = topic;
    message.time = reading.time;
    message.cursor = cursor;
    if (!home.announced) void this.#announce(backend, home, reading.time);
    return differs(series, message.payload);
  }

  /** A device's presence is put down at first sight, and anew where the limits have changed. */
  async #announce(backend: Backend, home: KnownDevice, time: number): Promise<void> {
    home.announced = true;
    const key = PRESENCE_PREFIX + home.device;
    try {
      const known = (await backend.get(key)) as Presence | null | undefined;
      const { staleAfterMs, disconnectedAfterMs } = this.#limits;
      if (known?.staleAfterMs === staleAfterMs && known.disconnectedAfterMs === disconnectedAfterMs) return;
      await backend.put(key, { firstSeen: known?.firstSeen ?? time, staleAfterMs, disconnectedAfterMs });
    } catch (error) {
      home.announced = false;
      this.#report(error as Error);
    }
  }

  forget(device: string, type?: string): void {
    this.#intake.forget(device, type);
  }

  /** Devices forgotten through another node are met anew too. Resolves when aborted. */
  async follow(backend: Backend, signal: AbortSignal): Promise<void> {
    for await (const { key, value } of backend.watch(PRESENCE_PREFIX, { signal })) {
      if (value === null) this.forget(key.slice(PRESENCE_PREFIX.length));
    }
  }
}
