/** What devices sent, from the moment it is acknowledged until a flow has made it its own (PROTOCOLS 6.2, "Inbox"). */
import type { JsonObject } from "../lib/json/safe-json.ts";
import { sequenceOf } from "../lib/store/cursor.ts";
import type { Backend, Entry } from "./backend.ts";
import { INBOX_PREFIX } from "./track.ts";

/** A message by its place in its device's count. */
export interface Received {
  readonly device: string;
  /** Counts the restarts of the device's counter. */
  readonly epoch: number;
  readonly n: number;
  readonly fields: JsonObject;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** One that is in the inbox. */
export interface Held extends Received {
  /** Null while it is being committed. */
  cursor: string | null;
  isConfirmed: boolean;
}

/** The newest message of a device that was acknowledged. */
export type Place = Pick<Received, "epoch" | "n">;

export interface Loaded {
  readonly places: ReadonlyMap<string, Place>;
  /** Acknowledged, and not confirmed before the end of the last process. */
  readonly unconfirmed: readonly Held[];
}

/** How often it is put down up to where all is confirmed: what came later is handed on again after a crash. */
const MARK_MS = 250;
/** Messages kept in memory behind one that is never confirmed; then it is given up. */
const MAX_HELD = 200_000;
/** Rows are taken out together, since each of their devices has its place put down then. */
const TRIM_ROWS = 10_000;

export class Inbox {
  readonly #backend: Backend;
  readonly #topic: string;
  readonly #key: string;
  readonly #report: (fault: Error) => void;
  /** In the order in which they came, from the first that is not confirmed on. */
  #held: Held[] = [];
  /** Confirmed rows that are still in the store: the place of each of their devices. */
  #places = new Map<string, Place>();
  #rows = 0;
  #confirmed: string | null = null;
  #marked: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  /** `name` tells inboxes of one store apart, over restarts too. `report` hears of what could not be put down. */
  constructor(backend: Backend, name: string, report: (fault: Error) => void) {
    this.#backend = backend;
    this.#topic = INBOX_PREFIX + name;
    this.#key = `inbox.${name}`;
    this.#report = report;
  }

  /** Messages that no flow has confirmed. */
  get held(): number {
    return this.#count;
  }

  async load(): Promise<Loaded> {
    const prefix = `${this.#key}/`;
    const [mark, keys] = await Promise.all([this.#backend.get(this.#key), this.#backend.keys(prefix)]);
    const places = new Map(keys.map(({ key, value }) => [key.slice(prefix.length), value as Place]));
    const confirmed = typeof mark === "string" ? sequenceOf(mark) : 0;
    for await (const entry of this.#entries()) {
      const held = heldIn(entry);
      this.#rows++;
      const { device, epoch, n } = held;
      places.set(device, { epoch, n });
      if (sequenceOf(entry.cursor) > confirmed) this.#hold(held);
      else this.#places.set(device, { epoch, n });
    }
    return { places, unconfirmed: [...this.#held] };
  }

  #entries(): AsyncIterable<Entry> {
    const { epoch } = this.#backend;
    const { signal } = new AbortController();
    const all = { after: `${epoch}-0`, upTo: this.#backend.head(), signal, onGap: () => {} };
    return this.#backend.read([this.#topic], all);
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.#count++;
  }

  /** Resolves once it is committed: only then may it be acknowledged. */
  async receive(received: Received): Promise<Held> {
    const held: Held = { ...received, cursor: null, isConfirmed: false };
    this.#hold(held);
    const { device, epoch, n, fields, time } = received;
    try {
      held.cursor = await this.#backend.append(this.#topic, { time, value: { device, epoch, n, fields } });
      this.#rows++;
      return held;
    } catch (error) {
      this.#held.splice(this.#held.indexOf(held), 1);
      this.#count--;
      throw error;
    }
  }

  /** The flow has it: stored, or done with in another way. */
  confirm(held: Held): void {
    if (held.isConfirmed) return;
    held.isConfirmed = true;
    this.#count--;
    this.#timer ??= setTimeout(() => void this.flush(), MARK_MS);
  }

  /** Puts down what is confirmed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#advance();
    if (this.#confirmed === this.#marked) return;
    const mark = this.#confirmed;
    try {
      await this.#backend.put(this.#key, mark);
      this.#marked = mark;
      if (this.#rows >= TRIM_ROWS) await this.#trim(mark!);
    } catch (fault) {
      this.#report(fault as Error);
    }
  }

  #giveUp(): void {
    const [first] = this.#held;
    this.#report(new Error(`a message of ${first!.device} was never confirmed by the flow, and is given up`));
    this.confirm(first!);
  }

  /** To the first that is not confirmed, or not yet safe. */
  #advance(): void {
    if (this.#held.length > MAX_HELD) this.#giveUp();
    const open = this.#held.findIndex(({ isConfirmed, cursor }) => !isConfirmed || cursor === null);
    for (const { device, epoch, n, cursor } of this.#held.splice(0, open < 0 ? this.#held.length : open)) {
      this.#places.set(device, { epoch, n });
      this.#confirmed = cursor;
    }
  }

  /** The places are kept first: a crash in between leaves rows, and no doubt. */
  async #trim(upTo: string): Promise<void> {
    const places = this.#places;
    this.#places = new Map();
    this.#rows = this.#count;
    await Promise.all([...places].map(([device, place]) => this.#backend.put(`${this.#key}/${device}`, place)));
    await this.#backend.trim(this.#topic, upTo);
  }
}

function heldIn({ time, value, cursor }: Entry): Held {
  return { ...(value as Omit<Received, "time">), time, cursor, isConfirmed: false };
}
