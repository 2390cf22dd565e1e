/** Messages for one peer until it acknowledges them: bounded, in order, numbered when they are first sent. */
import type { JsonObject } from "../json/safe-json.ts";

export interface Outgoing<Ref> {
  readonly fields: JsonObject;
  /** What the sender knows the message by. */
  readonly ref: Ref;
  /** The last moment at which it may be sent, on the clock of the caller. */
  readonly deadline: number;
}

/** One that has its id, and waits for its ack. */
export interface Numbered<Ref> extends Outgoing<Ref> {
  readonly id: number;
}

export interface OutboxOptions {
  /** Messages held in all, sent ones included. */
  readonly capacity: number;
  /** Sent and not yet acknowledged at a time. */
  readonly window: number;
  /** What gives way where it is full: the newest, as for commands, or the oldest that was not sent, as for readings. */
  readonly overflow?: "newest" | "oldest";
}

export interface OutboxState<Ref> {
  readonly lastId: number;
  readonly sent: readonly Numbered<Ref>[];
}

export interface Withdrawn<Ref> {
  readonly sent: readonly Numbered<Ref>[];
  readonly waiting: readonly Outgoing<Ref>[];
}

export class Outbox<Ref> {
  readonly #options: OutboxOptions;
  readonly #sent = new Map<number, Numbered<Ref>>();
  #waiting: Outgoing<Ref>[] = [];
  #lastId: number;

  constructor(options: OutboxOptions, { lastId, sent }: OutboxState<Ref> = { lastId: 0, sent: [] }) {
    this.#options = options;
    this.#lastId = lastId;
    for (const message of sent) this.#sent.set(message.id, message);
  }

  get size(): number {
    return this.#sent.size + this.#waiting.length;
  }

  /** The id of the one that has waited longest for its ack; null where none does. */
  get oldest(): number | null {
    const [oldest] = this.#sent.keys();
    return oldest ?? null;
  }

  /** In the order of their ids. */
  get unacknowledged(): readonly Numbered<Ref>[] {
    return [...this.#sent.values()];
  }

  /** Returns what gives way, or null. */
  add(message: Outgoing<Ref>): Outgoing<Ref> | null {
    const { capacity, overflow } = this.#options;
    const isFull = this.size >= capacity;
    if (isFull && (overflow !== "oldest" || this.#waiting.length === 0)) return message;
    this.#waiting.push(message);
    return isFull ? this.#waiting.shift()! : null;
  }

  /** One that was sent before a restart, with the id that it had. */
  restore(message: Numbered<Ref>): void {
    this.#lastId = Math.max(this.#lastId, message.id);
    const all = [...this.#sent.values(), message].sort((a, b) => a.id - b.id);
    this.#sent.clear();
    for (const one of all) this.#sent.set(one.id, one);
  }

  /** Numbers what may be sent now, and passes over what is past its deadline until `expire` takes it out. */
  release(now: number): Numbered<Ref>[] {
    const released: Numbered<Ref>[] = [];
    const late: Outgoing<Ref>[] = [];
    while (this.#waiting.length > 0 && this.#sent.size < this.#options.window) {
      const message = this.#waiting.shift()!;
      if (message.deadline < now) late.push(message);
      else released.push(this.#number(message));
    }
    this.#waiting.unshift(...late);
    return released;
  }

  #number(message: Outgoing<Ref>): Numbered<Ref> {
    const numbered = { ...message, id: this.nextId() };
    this.#sent.set(numbered.id, numbered);
    return numbered;
  }

  /** For a message that is not kept, such as the one that identifies. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Undefined where nothing of this id waits: acknowledged before, or expired. */
  acknowledge(id: number): Numbered<Ref> | undefined {
    const message = this.#sent.get(id);
    this.#sent.delete(id);
    return message;
  }

  /** Takes out what is past its deadline, sent or not: a robot must not execute yesterday's order when it comes back. */
  expire(now: number): Outgoing<Ref>[] {
    const isLate = ({ deadline }: Outgoing<Ref>) => deadline < now;
    const late = [...this.#sent.values(), ...this.#waiting].filter(isLate);
    if (late.length === 0) return [];
    for (const [id, message] of this.#sent) if (isLate(message)) this.#sent.delete(id);
    this.#waiting = this.#waiting.filter((message) => !isLate(message));
    return late;
  }

  /** Takes out what is kept elsewhere. */
  withdraw(isElsewhere: (ref: Ref) => boolean): Withdrawn<Ref> {
    const goes = ({ ref }: Outgoing<Ref>) => isElsewhere(ref);
    const withdrawn = { sent: this.unacknowledged.filter(goes), waiting: this.#waiting.filter(goes) };
    for (const { id } of withdrawn.sent) this.#sent.delete(id);
    this.#waiting = this.#waiting.filter((message) => !goes(message));
    return withdrawn;
  }

  /** Waiting messages have no id yet: whoever keeps them adds them again. */
  state(): OutboxState<Ref> {
    return { lastId: this.#lastId, sent: this.unacknowledged };
  }
}
