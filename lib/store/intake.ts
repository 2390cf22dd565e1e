/** Takes messages in as readings: checks their names, and remembers each topic's previous value. */
import { checkDevice, checkType, quote } from "./ids.ts";
import type { Appender, Reading } from "./reading.ts";
import { type Picture, pictureOf, samePicture } from "./same-value.ts";
import { splitTopic, topicOf } from "./topic.ts";

/** Topics remembered; beyond it all are forgotten and met anew. */
const MAX_KNOWN_TOPICS = 100_000;

/** What a message must have of a reading. */
export interface ReadingMessage {
  readonly device?: unknown;
  readonly type?: unknown;
  readonly topic?: unknown;
  readonly payload?: unknown;
  readonly raw?: unknown;
  readonly time?: unknown;
}

export interface KnownDevice {
  readonly device: string;
  readonly series: Map<string, Series>;
  /** For the caller to set, once the store knows of the device. */
  announced: boolean;
}

export interface Series {
  readonly home: KnownDevice;
  readonly type: string;
  readonly topic: string;
  /** Of the previous value; null before the first one. */
  previous: Picture | null;
  /** For the caller to keep. */
  appender: Appender | null;
}

export interface Incoming {
  readonly series: Series;
  readonly reading: Reading;
  /** Null where values are not compared. */
  readonly picture: Picture | null;
}

/** Throws RangeError where neither `device` and `type` nor `topic` name a device and a type. */
export function namesOf(message: ReadingMessage): { device: string; type: string } {
  const parts = typeof message.topic === "string" ? splitTopic(message.topic) : null;
  return { device: checkDevice(message.device ?? parts?.device), type: checkType(message.type ?? parts?.type) };
}

/** Its two maps spare every reading but a topic's first the checks of its names. */
export class Intake {
  readonly #devices = new Map<string, KnownDevice>();
  readonly #isComparing: boolean;
  #topics = 0;

  constructor(isComparing = false) {
    this.#isComparing = isComparing;
  }

  get devices(): number {
    return this.#devices.size;
  }

  /** Throws RangeError naming the property that is missing or wrong. `now` is the time of a message that brings none. */
  take(message: ReadingMessage, now: number): Incoming {
    const { payload, raw, time = now } = message;
    if (payload === undefined) throw new RangeError('"payload" is missing');
    if (typeof time !== "number" || !Number.isFinite(time)) {
      throw new RangeError(`"time" must be milliseconds since 1970, got ${quote(time)}`);
    }
    const series = this.#known(message) ?? this.#meet(message);
    const reading = raw instanceof Uint8Array ? { time, value: payload, raw } : { time, value: payload };
    // At once: the flow may change its message before the reading is stored.
    return { series, reading, picture: this.#isComparing ? pictureOf(payload) : null };
  }

  #known({ device, type }: ReadingMessage): Series | undefined {
    return this.#devices.get(device as string)?.series.get(type as string);
  }

  #meet(message: ReadingMessage): Series {
    const { device, type } = namesOf(message);
    const known = this.#devices.get(device)?.series.get(type);
    return known ?? this.#add(device, type);
  }

  #add(device: string, type: string): Series {
    if (this.#topics >= MAX_KNOWN_TOPICS) {
      this.#devices.clear();
      this.#topics = 0;
    }
    let home = this.#devices.get(device);
    if (!home) {
      home = { device, series: new Map(), announced: false };
      this.#devices.set(device, home);
    }
    const series: Series = { home, type, topic: topicOf(device, type), previous: null, appender: null };
    home.series.set(type, series);
    this.#topics++;
    return series;
  }

  /** So that its next reading is a first one again. */
  forget(device: string, type?: string): void {
    const home = this.#devices.get(device);
    if (!home) return;
    if (type === undefined) {
      this.#devices.delete(device);
      this.#topics -= home.series.size;
    } else if (home.series.delete(type)) this.#topics--;
  }
}

/** Whether a stored value differs from the previous one of its topic, which it then replaces; true where values are not compared. */
export function differs({ series, picture }: Incoming): boolean {
  if (picture === null) return true;
  const { previous } = series;
  series.previous = picture;
  return previous === null || !samePicture(previous, picture);
}
