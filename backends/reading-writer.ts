/** Writes messages into a backend as readings, puts down each device's presence, and counts what became of them. */
import { PRESENCE_PREFIX, type Presence } from "../lib/store/device-keys.ts";
import { DEFAULT_DISCONNECTED_AFTER_MS, DEFAULT_STALE_AFTER_MS } from "../lib/store/devices.ts";
import { quote } from "../lib/store/ids.ts";
import { differs, type Incoming, Intake, type KnownDevice } from "../lib/store/intake.ts";
import { type Backend, BackendError } from "./backend.ts";
import { type Confirm, complete, type WritableMessage } from "./written.ts";

export type { Confirm, Confirmation, WritableMessage } from "./written.ts";

export interface PresenceLimits {
  readonly staleAfterMs: number;
  readonly disconnectedAfterMs: number;
}

export const DEFAULT_LIMITS: PresenceLimits = {
  staleAfterMs: DEFAULT_STALE_AFTER_MS,
  disconnectedAfterMs: DEFAULT_DISCONNECTED_AFTER_MS,
};

/** By the topic's appender, which is kept, where the backend has one. */
function append(backend: Backend, { series, reading }: Incoming): string | Promise<string> {
  if (series.appender?.store !== backend) series.appender = backend.appender(series.topic);
  return series.appender ? series.appender.append(reading) : backend.append(series.topic, reading);
}

type Accept = (isWanted: boolean) => void;
type Refuse = (error: Error) => void;

export class ReadingWriter {
  readonly #present = new Set<string>();
  readonly #intake: Intake;
  readonly #limits: PresenceLimits;
  readonly #report: (fault: Error) => void;
  readonly #confirm: Confirm;
  #in = 0;
  #stored = 0;
  #held = 0;
  readonly #refused: Record<string, number> = { invalid: 0 };

  /**
   * `report` hears of presences that could not be put down; `onlyDifferent` wants no value that equals its previous one;
   * `confirm` hears of messages with an id once they are on disk.
   */
  constructor(
    limits: PresenceLimits,
    report: (fault: Error) => void,
    onlyDifferent = false,
    confirm: Confirm = () => {},
  ) {
    this.#limits = limits;
    this.#confirm = confirm;
    this.#intake = new Intake(onlyDifferent);
    this.#report = report;
  }

  /** in = stored + refused + held */
  get counts() {
    return { in: this.#in, stored: this.#stored, held: this.#held, refused: this.#refused };
  }

  /** Devices that the store knows, whoever wrote them. */
  get devices(): number {
    return this.#present.size;
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
   * Completes an arrived message with its names, time and cursor, and calls `accept` with whether it is to be handed on,
   * or `refuse`, neither of which may throw: at once where the backend takes readings at once. That spares each a promise: bench `flow`.
   */
  write(
    backend: Backend,
    message: WritableMessage,
    now: number,
    accept: Accept,
    refuse: Refuse,
    isListed = false,
  ): void {
    let incoming: Incoming;
    let cursor: string | Promise<string>;
    try {
      incoming = this.#take(message, now);
      cursor =
        typeof message.id === "string" ? this.#once(backend, message, incoming, isListed) : append(backend, incoming);
    } catch (error) {
      this.#fail(error as Error, refuse);
      return;
    }
    if (typeof cursor === "string") this.#store(backend, incoming, complete(message, incoming, cursor), accept, refuse);
    else {
      cursor.then(
        (minted) => this.#store(backend, incoming, complete(message, incoming, minted), accept, refuse),
        (error: Error) => this.#fail(error, refuse),
      );
    }
  }

  /** Confirmed once it is on disk, and again where it comes again. */
  #once(backend: Backend, { id, parts }: WritableMessage, { series, reading }: Incoming, isListed: boolean): string {
    const { topic, type } = series;
    return backend.appendOnce(topic, reading, `${id} ${type}`, {
      committed: () => this.#confirm({ id: id as string, topic, parts, action: "delivered" }, isListed),
      lost: (error) => this.#report(error),
    }).cursor;
  }

  /** Of a list: its Catch node hears of all that were refused at once, and cannot tell which. */
  fail(message: WritableMessage | null, { message: error }: Error): void {
    const { id, topic, parts } = message ?? {};
    if (typeof id === "string") this.#confirm({ id, topic, parts, action: "failed", error }, true);
  }

  #take(message: WritableMessage, now: number): Incoming {
    if (typeof message === "object" && message !== null) return this.#intake.take(message, now);
    throw new RangeError(`a reading must be an object, got ${quote(message)}`);
  }

  #fail(error: Error, refuse: Refuse): void {
    this.refuse(1, error instanceof BackendError ? error.code : "invalid");
    refuse(error);
  }

  #store(backend: Backend, incoming: Incoming, fault: Error | null, accept: Accept, refuse: Refuse): void {
    const { home } = incoming.series;
    this.#held--;
    this.#stored++;
    if (!home.announced) void this.#announce(backend, home, incoming.reading.time);
    const isWanted = differs(incoming);
    if (fault === null) accept(isWanted);
    else refuse(fault);
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
      const device = key.slice(PRESENCE_PREFIX.length);
      if (value === null) {
        this.#present.delete(device);
        this.forget(device);
      } else this.#present.add(device);
    }
  }
}
