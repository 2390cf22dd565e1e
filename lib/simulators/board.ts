/** A simulated controller board: says SYNCH to its gateway, then sends records, good and bad ones (PROTOCOLS 3.1, 4). */
import { BoardEnd, type BoardEndEvent } from "../handshake/board-end.ts";
import { type BadRecord, badRecord } from "./bad-records.ts";
import { BoardRecords } from "./board-records.ts";
import { Random } from "./random.ts";

/** What can be turned while it runs. */
export interface BoardDials {
  /** Records in a second. */
  readonly rate: number;
  /** Share of the records that are malformed, 0..1. */
  readonly malformed: number;
}

export interface BoardOptions extends BoardDials {
  readonly seed: number;
}

/** One datagram to the gateway, or news: the gateway has answered, a real board is there, or is gone. */
export type BoardEvent =
  | { readonly type: "datagram"; readonly bytes: Buffer }
  | { readonly type: "synched" | "aside" | "alone" };

const CALL_EVERY_MS = 1000;
/** What a stopped process missed is not made up for, beyond this. */
const MOST_LATE_MS = 250;

export class BoardSimulator {
  readonly counts = { records: 0, malformed: 0, refused: 0 };
  readonly #random: Random;
  readonly #records: BoardRecords;
  readonly #started: number;
  #dials: BoardDials;
  #end: BoardEnd;
  #due: number;
  #running = true;
  #aside = false;

  constructor(options: BoardOptions, now: number) {
    this.#dials = options;
    this.#random = new Random(options.seed);
    this.#records = new BoardRecords(this.#random);
    this.#end = new BoardEnd(CALL_EVERY_MS, now);
    this.#started = now;
    this.#due = now;
  }

  get dials(): BoardDials {
    return this.#dials;
  }

  get state(): "calling" | "sending" | "stopped" | "aside" {
    if (this.#aside) return "aside";
    if (this.#end.state === "calling") return "calling";
    return this.#running ? "sending" : "stopped";
  }

  turn(dials: Partial<BoardDials>, now: number): void {
    this.#dials = { ...this.#dials, ...dials };
    if (dials.rate !== undefined) this.#due = now;
  }

  /** Whether it sends records by itself. */
  run(running: boolean, now: number): void {
    this.#running = running;
    this.#due = now;
  }

  /** A datagram of the gateway. */
  receive(datagram: Uint8Array, now: number): readonly BoardEvent[] {
    if (this.#aside) return [];
    return this.#end.receive(datagram, now).map((event) => this.#told(event, now));
  }

  /** Nobody listens where the records go: it calls until a gateway answers. */
  refused(now: number): void {
    this.counts.refused++;
    if (this.#end.state === "synched") this.#end = new BoardEnd(CALL_EVERY_MS, now + CALL_EVERY_MS);
  }

  /** A real board sends to the same gateway, or has gone: while it is there this one is silent. */
  stepAside(isReal: boolean, now: number): readonly BoardEvent[] {
    if (isReal === this.#aside) return [];
    this.#aside = isReal;
    this.#end = new BoardEnd(CALL_EVERY_MS, now);
    return [{ type: isReal ? "aside" : "alone" }];
  }

  /** So many records at once, whatever the rate. */
  burst(count: number, now: number): readonly BoardEvent[] {
    if (this.#aside) return [];
    return Array.from({ length: count }, () => this.#record(now));
  }

  /** One record that is malformed, in this way where one is named. */
  bad(name?: BadRecord): readonly BoardEvent[] {
    return this.#aside ? [] : [this.#malformed(name)];
  }

  handleTimer(now: number): readonly BoardEvent[] {
    if (this.#aside) return [];
    const events = this.#end.handleTimer(now).map((event) => this.#told(event, now));
    return this.state === "sending" && now >= this.#due ? [...events, ...this.#takeDue(now)] : events;
  }

  nextDeadline(): number | null {
    if (this.#aside) return null;
    return this.state === "sending" ? this.#due : this.#end.nextDeadline();
  }

  #told(event: BoardEndEvent, now: number): BoardEvent {
    if (event.type === "call") return { type: "datagram", bytes: event.bytes };
    this.#due = now;
    return event;
  }

  #takeDue(now: number): BoardEvent[] {
    const periodMs = 1000 / this.#dials.rate;
    const events: BoardEvent[] = [];
    this.#due = Math.max(this.#due, now - MOST_LATE_MS);
    for (; this.#due <= now; this.#due += periodMs) {
      events.push(this.#random.chance(this.#dials.malformed) ? this.#malformed() : this.#record(now));
    }
    return events;
  }

  #record(now: number): BoardEvent {
    this.counts.records++;
    return { type: "datagram", bytes: Buffer.from(this.#records.next((now - this.#started) / 1000)) };
  }

  #malformed(name?: BadRecord): BoardEvent {
    this.counts.malformed++;
    return { type: "datagram", bytes: badRecord(this.#random, name) };
  }
}
