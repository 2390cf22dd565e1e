/** A simulated weather station that speaks ack/0: what it measures, and how its line fails (PROTOCOLS 6.1). */
import { AckDevice, type DeviceEvent } from "../ack/device.ts";
import { type JsonObject, readJsonObject } from "../json/safe-json.ts";
import { Random } from "./random.ts";

/** What can be turned while it runs. */
export interface StationDials {
  /** Measurements in a second. */
  readonly rate: number;
  /** Times in a minute that the line breaks. */
  readonly cuts: number;
  /** Times in a minute that it loses its power, and with it its count and its queue. */
  readonly restarts: number;
}

export interface StationOptions extends StationDials {
  readonly seed: number;
  /** What its first message says. */
  readonly identity: JsonObject;
}

export type StationEvent =
  | { readonly type: "write"; readonly text: string }
  | { readonly type: "cut" }
  /** Something was sent to it that is no confirmation. */
  | { readonly type: "told"; readonly fields: JsonObject };

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** A day goes by in so long. */
const DAY_MS = 600_000;
const OUTBOX = { capacity: 1000, window: 32, overflow: "oldest" } as const;

export class WeatherStation {
  readonly counts = { measured: 0, acknowledged: 0, told: 0, cuts: 0, restarts: 0, dropped: 0 };
  readonly #options: StationOptions;
  readonly #random: Random;
  #dials: StationDials;
  #core: AckDevice<null>;
  #isRunning = true;
  #highest = Number.NEGATIVE_INFINITY;
  #lowest = Number.POSITIVE_INFINITY;
  #measureAt: number;
  #cutAt: number;
  #restartAt: number;

  constructor(options: StationOptions, now: number) {
    this.#options = options;
    this.#dials = options;
    this.#random = new Random(options.seed);
    this.#core = this.#powerUp();
    this.#measureAt = now + this.#random.next() * (SECOND_MS / options.rate);
    this.#cutAt = this.#nextOf(options.cuts, now);
    this.#restartAt = this.#nextOf(options.restarts, now);
  }

  get isConnected(): boolean {
    return this.#core.isConnected;
  }

  /** Measurements that are not acknowledged. */
  get held(): number {
    return this.#core.held;
  }

  turn(dials: Partial<StationDials>, now: number): void {
    this.#dials = { ...this.#dials, ...dials };
    this.#measureAt = now;
    this.#cutAt = this.#nextOf(this.#dials.cuts, now);
    this.#restartAt = this.#nextOf(this.#dials.restarts, now);
  }

  run(isRunning: boolean): void {
    this.#isRunning = isRunning;
  }

  open(): StationEvent[] {
    return this.#performed(this.#core.open());
  }

  close(): StationEvent[] {
    return this.#performed(this.#core.close());
  }

  /** A line from the server. */
  receive(line: string, now: number): StationEvent[] {
    const read = readJsonObject(line);
    return "fault" in read ? [] : this.#performed(this.#core.receive(read.value, now));
  }

  handleTimer(now: number): StationEvent[] {
    if (!this.#isRunning) return [];
    return [...this.#measure(now), ...this.#fail(now)];
  }

  nextDeadline(): number | null {
    return this.#isRunning ? Math.min(this.#measureAt, this.#cutAt, this.#restartAt) : null;
  }

  #powerUp(): AckDevice<null> {
    return new AckDevice<null>({ ...OUTBOX, identity: this.#options.identity });
  }

  #nextOf(perMinute: number, now: number): number {
    return perMinute > 0 ? now + this.#random.wait(MINUTE_MS / perMinute) : Number.POSITIVE_INFINITY;
  }

  #measure(now: number): StationEvent[] {
    if (now < this.#measureAt) return [];
    // Late timers are not made up for.
    this.#measureAt = Math.max(this.#measureAt + SECOND_MS / this.#dials.rate, now);
    this.counts.measured++;
    const message = { fields: this.#weather(now), ref: null, deadline: Number.POSITIVE_INFINITY };
    return this.#performed(this.#core.send(message, now));
  }

  #weather(now: number): JsonObject {
    const sun = Math.sin((2 * Math.PI * now) / DAY_MS + this.#options.seed);
    const temperature = round(16 + 7 * sun + this.#random.next() - 0.5);
    this.#highest = Math.max(this.#highest, temperature);
    this.#lowest = Math.min(this.#lowest, temperature);
    const humidity = Math.round(62 - 24 * sun + 3 * (this.#random.next() - 0.5));
    return { temperature, humidity, highest: this.#highest, lowest: this.#lowest };
  }

  #fail(now: number): StationEvent[] {
    const isCut = now >= this.#cutAt;
    const isRestarted = now >= this.#restartAt;
    if (isCut) {
      this.counts.cuts++;
      this.#cutAt = this.#nextOf(this.#dials.cuts, now);
    }
    if (isRestarted) this.#restart(now);
    return isCut || isRestarted ? [{ type: "cut" }] : [];
  }

  #restart(now: number): void {
    this.counts.restarts++;
    this.counts.dropped += this.#core.held;
    this.#core = this.#powerUp();
    this.#restartAt = this.#nextOf(this.#dials.restarts, now);
  }

  #performed(events: readonly DeviceEvent<null>[]): StationEvent[] {
    return events.flatMap((event) => this.#perform(event));
  }

  #perform(event: DeviceEvent<null>): StationEvent[] {
    if (event.type === "write") return [{ type: "write", text: `${JSON.stringify(event.message)}\n` }];
    if (event.type === "acknowledged") this.counts.acknowledged++;
    if (event.type === "dropped" && event.reason === "overflow") this.counts.dropped++;
    return event.type === "received" ? this.#obey(event.fields, event) : [];
  }

  /** `reset` begins the highest and the lowest anew. */
  #obey(fields: JsonObject, { epoch, id }: { readonly epoch: number; readonly id: number }): StationEvent[] {
    const acknowledged = this.#performed(this.#core.commit(epoch, id));
    this.counts.told++;
    if (fields.reset !== undefined) {
      this.#highest = Number.NEGATIVE_INFINITY;
      this.#lowest = Number.POSITIVE_INFINITY;
    }
    return [...acknowledged, { type: "told", fields }];
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
