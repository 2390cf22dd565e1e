/** What devices sent, from the moment it is acknowledged until a flow has made it its own (PROTOCOLS 6.2, "Inbox"). */
import type { JsonObject } from "../lib/json/safe-json.ts";
import { parseCursor } from "../lib/store/cursor.ts";
import type { Backend, Entry } from "./backend.ts";

/** A message by its place in its device's count. */
export interface Receipt {
  readonly device: string;
  /** Counts the restarts of the device's counter. */
  readonly epoch: number;
  readonly n: number;
}

export interface Received extends Receipt {
  readonly fields: JsonObject;
  /** Milliseconds since 1970. */
  readonly time: number;
}

interface Held extends Received {
  /** Null while it is being committed. */
  cursor: string | null;
  isConfirmed: boolean;
}

/** The newest of a device that is known to be the flow's. */
interface Place {
  readonly epoch: number;
  readonly n: number;
}

/** What is confirmed leaves the store this often, so that a busy device costs few commits. */
const TRIM_MS = 250;
const PLACE_PREFIX = "inbox.";

export class Inbox {
  readonly #backend: Backend;
  readonly #network: string;
  /** By device, in the order in which they came. */
  readonly #held = new Map<string, Held[]>();
  readonly #due = new Set<string>();
  readonly #report: (fault: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  /** `report` hears of what could not be taken out of the store; it is tried again with the next. */
  constructor(backend: Backend, network: string, report: (fault: Error) => void) {
    this.#backend = backend;
    this.#network = network;
    this.#report = report;
  }

  /** Messages that no flow has confirmed. */
  get held(): number {
    return this.#count;
  }

  /** The newest place of each device, and what was acknowledged and not confirmed before a restart, in order. */
  async load(): Promise<{ readonly places: ReadonlyMap<string, Place>; readonly unconfirmed: readonly Received[] }> {
    const places = new Map<string, Place>();
    for (const { key, value } of await this.#backend.keys(`${PLACE_PREFIX}${this.#network}/`)) {
      places.set(key.slice(PLACE_PREFIX.length), value as Place);
    }
    const unconfirmed: Held[] = [];
    for await (const entry of this.#entries()) {
      const held = heldIn(entry);
      const place = places.get(held.device);
      if (place && !isAfter(held, place)) continue;
      unconfirmed.push(held);
      this.#queueOf(held.device).push(held);
      this.#count++;
    }
    for (const { device, epoch, n } of unconfirmed) places.set(device, { epoch, n });
    return { places, unconfirmed };
  }

  #entries(): AsyncIterable<Entry> {
    const { epoch } = this.#backend;
    const { signal } = new AbortController();
    const all = { after: `${epoch}-0`, upTo: this.#backend.head(), signal, onGap: () => {} };
    return this.#backend.read([`${topicOf(this.#network)}/+`], all);
  }

  /** Resolves once it is committed: only then may it be acknowledged. */
  async receive(received: Received): Promise<void> {
    const held: Held = { ...received, cursor: null, isConfirmed: false };
    const queue = this.#queueOf(received.device);
    queue.push(held);
    this.#count++;
    const { device, epoch, n, fields, time } = received;
    try {
      held.cursor = await this.#backend.append(topicOf(device), { time, value: { epoch, n, fields } });
    } catch (error) {
      queue.splice(queue.indexOf(held), 1);
      this.#count--;
      throw error;
    }
    if (held.isConfirmed) this.#trimLater(device);
  }

  /** The flow has it: stored, or done with in another way. */
  confirm({ device, epoch, n }: Receipt): void {
    const held = this.#held.get(device)?.find((one) => one.epoch === epoch && one.n === n);
    if (!held || held.isConfirmed) return;
    held.isConfirmed = true;
    this.#count--;
    if (held.cursor !== null) this.#trimLater(device);
  }

  #queueOf(device: string): Held[] {
    const queue = this.#held.get(device) ?? [];
    this.#held.set(device, queue);
    return queue;
  }

  #trimLater(device: string): void {
    this.#due.add(device);
    this.#timer ??= setTimeout(() => void this.flush(), TRIM_MS);
  }

  /** Takes what is confirmed out of the store. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const due = [...this.#due];
    this.#due.clear();
    const trims = due.map((device) => this.#trim(device));
    for (const result of await Promise.allSettled(trims)) if (result.status === "rejected") this.#report(result.reason);
  }

  /** What stands before the first that is not confirmed. The place is kept first: a crash in between leaves rows, no doubt. */
  async #trim(device: string): Promise<void> {
    const queue = this.#held.get(device) ?? [];
    const open = queue.findIndex(({ isConfirmed, cursor }) => !isConfirmed || cursor === null);
    const done = queue.splice(0, open < 0 ? queue.length : open);
    const last = done.at(-1);
    if (queue.length === 0) this.#held.delete(device);
    if (!last) return;
    await this.#backend.put(PLACE_PREFIX + device, { epoch: last.epoch, n: last.n });
    await this.#backend.trim(topicOf(device), newestOf(done));
  }
}

/** Appends of one device are committed in their order; cursors say so all the same. */
function newestOf(done: readonly Held[]): string {
  const sequence = ({ cursor }: Held) => parseCursor(cursor!)?.sequence ?? 0;
  return done.reduce((newest, one) => (sequence(one) > sequence(newest) ? one : newest)).cursor!;
}

function topicOf(device: string): string {
  return `$in/${device}`;
}

function heldIn({ topic, time, value, cursor }: Entry): Held {
  const { epoch, n, fields } = value as Pick<Held, "epoch" | "n" | "fields">;
  return { device: topic.slice(topicOf("").length), epoch, n, fields, time, cursor, isConfirmed: false };
}

function isAfter(one: Place, other: Place): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.n > other.n);
}
