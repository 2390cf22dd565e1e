/** What devices sent, from the moment it is acknowledged until a flow has made it its own (PROTOCOLS 6.2). */
import { sequenceOf } from "../lib/store/cursor.ts";
import type { Backend, Entry } from "./backend.ts";
import {
  type Group,
  groupIn,
  type Held,
  type InboxListener,
  type Loaded,
  type Mark,
  markOf,
  type Place,
  type Received,
  readingOf,
} from "./inbox-rows.ts";
import { INBOX_PREFIX } from "./track.ts";

export type { Held, InboxListener, Loaded, Place, Received } from "./inbox-rows.ts";

/** How often it is put down up to where all is confirmed: what came later is handed on again after a crash. */
const MARK_MS = 250;
/** Messages kept in memory behind one that is never confirmed; then it is given up. */
const MAX_HELD = 200_000;
/** Messages are taken out together, since each of their devices has its place put down then. */
const TRIM_MESSAGES = 10_000;
/** So that a row stays small. */
const MAX_GROUP = 256;

export class Inbox {
  readonly #backend: Backend;
  readonly #topic: string;
  readonly #key: string;
  readonly #report: (fault: Error) => void;
  readonly #listener: InboxListener;
  #gathering: Group | null = null;
  /** In the order in which they came, from the first that is not confirmed on. */
  #groups: Group[] = [];
  /** The place of each device of confirmed messages that are still in the store. */
  #places = new Map<string, Place>();
  /** Messages in the store. */
  #stored = 0;
  #confirmed: string | null = null;
  #marked: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  /** `name` tells inboxes of one store apart, over restarts too. `report` hears of what could not be put down. */
  constructor(backend: Backend, name: string, listener: InboxListener, report: (fault: Error) => void) {
    this.#backend = backend;
    this.#topic = INBOX_PREFIX + name;
    this.#key = `inbox.${name}`;
    this.#listener = listener;
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
    const { upTo, beyond } = markOf(mark);
    this.#confirmed = upTo;
    this.#marked = upTo;
    const confirmed = upTo === null ? 0 : sequenceOf(upTo);
    for await (const entry of this.#entries()) {
      const group = groupIn(entry);
      this.#stored += group.messages.length;
      const isOpen = sequenceOf(entry.cursor) > confirmed;
      if (isOpen) this.#hold(group);
      for (const { device, epoch, n } of group.messages) {
        places.set(device, { epoch, n });
        if (!isOpen) this.#places.set(device, { epoch, n });
      }
    }
    const held = this.#groups.flatMap(({ messages }) => messages);
    for (const index of beyond) if (held[index]) this.confirm(held[index]);
    return { places, unconfirmed: held.filter(({ isConfirmed }) => !isConfirmed) };
  }

  #entries(): AsyncIterable<Entry> {
    const { epoch } = this.#backend;
    const { signal } = new AbortController();
    const all = { after: `${epoch}-0`, upTo: this.#backend.head(), signal, onGap: () => {} };
    return this.#backend.read([this.#topic], all);
  }

  #hold(group: Group): void {
    this.#groups.push(group);
    this.#count += group.open;
  }

  /** The listener is told what becomes of it. What one call brings is committed together. */
  receive({ device, epoch, n, fields, time }: Received): void {
    const group = this.#gathering ?? this.#begin();
    group.messages.push({ device, epoch, n, fields, time, group, isConfirmed: false });
    group.open++;
    this.#count++;
    if (group.open >= MAX_GROUP) void this.#commit(group);
  }

  #begin(): Group {
    const group: Group = { messages: [], open: 0, cursor: null };
    this.#gathering = group;
    queueMicrotask(() => void this.#commit(group));
    return group;
  }

  async #commit(group: Group): Promise<void> {
    if (this.#gathering !== group) return;
    this.#gathering = null;
    this.#groups.push(group);
    try {
      group.cursor = await this.#backend.append(this.#topic, readingOf(group.messages));
    } catch (fault) {
      this.#groups.splice(this.#groups.indexOf(group), 1);
      this.#count -= group.open;
      this.#listener.unsafe(group.messages, fault as Error);
      return;
    }
    this.#stored += group.messages.length;
    this.#listener.safe(group.messages);
  }

  /** The flow has it: stored, or done with in another way. */
  confirm(held: Held): void {
    if (held.isConfirmed) return;
    held.isConfirmed = true;
    held.group.open--;
    this.#count--;
    this.#timer ??= setTimeout(() => void this.flush(), MARK_MS);
  }

  /** Puts down up to where all is confirmed. */
  async flush(): Promise<void> {
    this.#advance();
    if (this.#confirmed !== this.#marked) await this.#mark([]);
  }

  /** Puts down all that is confirmed, for whoever comes next. */
  async stop(): Promise<void> {
    this.#advance();
    const held = this.#groups.flatMap(({ messages }) => messages);
    const beyond = held.flatMap(({ isConfirmed }, index) => (isConfirmed ? [index] : []));
    if (beyond.length > 0 || this.#confirmed !== this.#marked) await this.#mark(beyond);
  }

  async #mark(beyond: Mark["beyond"]): Promise<void> {
    const upTo = this.#confirmed;
    try {
      await this.#backend.put(this.#key, beyond.length === 0 ? upTo : { upTo, beyond });
      this.#marked = upTo;
      if (upTo !== null && this.#stored >= TRIM_MESSAGES) await this.#trim(upTo);
    } catch (fault) {
      this.#report(fault as Error);
    }
  }

  #giveUp({ messages }: Group): void {
    const lost = messages.filter(({ isConfirmed }) => !isConfirmed);
    const [{ device }] = lost as [Held];
    this.#report(
      new Error(`${lost.length} messages, of ${device} first, were never confirmed by the flow, and are given up`),
    );
    for (const held of lost) this.confirm(held);
  }

  /** To the first that is not confirmed, or not yet safe. */
  #advance(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [first] = this.#groups;
    if (this.#messages() > MAX_HELD && first!.open > 0) this.#giveUp(first!);
    const open = this.#groups.findIndex((group) => group.open > 0 || group.cursor === null);
    for (const { messages, cursor } of this.#groups.splice(0, open < 0 ? this.#groups.length : open)) {
      for (const { device, epoch, n } of messages) this.#places.set(device, { epoch, n });
      this.#confirmed = cursor;
    }
  }

  #messages(): number {
    return this.#groups.reduce((sum, { messages }) => sum + messages.length, 0);
  }

  /** The places are kept first: a crash in between leaves rows, and no doubt. */
  async #trim(upTo: string): Promise<void> {
    const places = this.#places;
    this.#places = new Map();
    this.#stored = this.#messages();
    await Promise.all([...places].map(([device, place]) => this.#backend.put(`${this.#key}/${device}`, place)));
    await this.#backend.trim(this.#topic, upTo);
  }
}
