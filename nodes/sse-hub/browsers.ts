/** The browsers that are connected to a hub, and what becomes known of them: who came, what they view, who left. */
import type { Outcome } from "../../lib/commands/command.ts";
import { LateOutcomes } from "../../lib/commands/late-outcomes.ts";
import type { ViewedPage } from "../../lib/sse/audience.ts";
import type { Told } from "../../lib/sse/event-text.ts";
import { Followed } from "../../lib/sse/followed.ts";
import type { DeliveryClass } from "../../lib/sse/published.ts";
import { now } from "../shared/drive.ts";

/** One connection: an event stream, or a WebSocket. */
export interface Browser {
  /** As it names itself, or `@` and its address: the id of its `_session`. */
  readonly id: string;
  readonly via: "events" | "socket";
  readonly address: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** The page it is on, as its address stands below the host; null where it does not say. */
  readonly view: string | null;
  /** Several where it says so: one connection for all tabs. */
  readonly pages: readonly ViewedPage[];
  /** Filters of the topics that it is told of. */
  topics: readonly string[];
  tell(outcome: Outcome): void;
  /** Where it asks for the topic. */
  publish(told: Told, delivery: DeliveryClass): void;
}

export interface Presence {
  readonly type: "connected" | "viewing" | "gone";
  readonly browser: Browser;
  /** Filters of all topics that this browser is told of, by this connection and its others. */
  readonly follows: readonly string[];
}

type Listener = (presence: Presence) => void;

/** Who does not name itself is known by its address: outcomes go to all at that address who do not either. */
export function browserId(name: string | null, address: string): string {
  return name ?? `@${address}`;
}

/** A name has no `@`. */
function isNamed(id: string): boolean {
  return !id.startsWith("@");
}

/** What `GET /browsers` answers with. Ids are left out: they name where outcomes go. */
export type BrowserRecord = Omit<Browser, "id" | "pages" | "tell" | "publish"> & { readonly dropped: number };

/** Browsers that were cut off for lagging are remembered, so that their count goes on when they come back. */
const MAX_CUT_OFF = 1000;

export class Browsers {
  /** Outcomes: in = told + kept + dropped */
  readonly counts = { in: 0, told: 0 };
  /** Events for one browser that is not connected: a later connection is another lease, or none. */
  unaddressed = 0;
  readonly #late = new LateOutcomes();
  readonly #connected = new Map<string, Set<Browser>>();
  readonly #followed = new Followed();
  readonly #listeners = new Set<Listener>();
  readonly #cutOff = new Map<string, number>();
  #gone = 0;

  get kept(): number {
    return this.#late.held;
  }

  get dropped(): number {
    return this.#gone + this.#late.dropped;
  }

  connect(browser: Browser): void {
    const { id } = browser;
    const connections = this.#connected.get(id) ?? new Set();
    this.#connected.set(id, connections.add(browser));
    this.#followed.add(id, browser.topics);
    this.#say("connected", browser);
    if (browser.topics.length > 0) this.#say("viewing", browser);
    for (const outcome of this.#late.take(id, now())) this.#tell([browser], outcome);
  }

  view(browser: Browser, topics: readonly string[]): void {
    this.#followed.remove(browser.id, browser.topics);
    this.#followed.add(browser.id, topics);
    browser.topics = topics;
    this.#say("viewing", browser);
  }

  /** Idempotent. */
  leave(browser: Browser): void {
    const connections = this.#connected.get(browser.id);
    if (!connections?.delete(browser)) return;
    if (connections.size === 0) this.#connected.delete(browser.id);
    this.#followed.remove(browser.id, browser.topics);
    this.#say("gone", browser);
  }

  /** It lagged too far behind. */
  cutOff({ id }: Browser): void {
    const count = (this.#cutOff.get(id) ?? 0) + 1;
    this.#cutOff.delete(id);
    this.#cutOff.set(id, count);
    if (this.#cutOff.size <= MAX_CUT_OFF) return;
    for (const oldest of this.#cutOff.keys()) {
      this.#cutOff.delete(oldest);
      return;
    }
  }

  /** To the browser of this id alone, now or, where it has named itself, when it comes back. */
  tell(id: string, outcome: Outcome): void {
    this.counts.in++;
    const connections = this.#connected.get(id);
    if (connections) this.#tell(connections, outcome);
    else if (isNamed(id)) this.#late.keep(id, outcome, now());
    else this.#gone++;
  }

  /** To all connections of the browser of this id. Throws where the value cannot be told. */
  publish(id: string, told: Told, delivery: DeliveryClass): void {
    const connections = this.#connected.get(id);
    if (!connections) this.unaddressed++;
    for (const browser of [...(connections ?? [])]) browser.publish(told, delivery);
  }

  #tell(connections: Iterable<Browser>, outcome: Outcome): void {
    this.counts.told++;
    for (const browser of [...connections]) browser.tell(outcome);
  }

  /** The listener hears of those that are here at once, then of every change. Returns how to end that. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const browser of this.#all()) {
      const follows = this.#followed.of(browser.id);
      listener({ type: "connected", browser, follows });
      if (browser.topics.length > 0) listener({ type: "viewing", browser, follows });
    }
    return () => void this.#listeners.delete(listener);
  }

  *#all(): Iterable<Browser> {
    for (const connections of this.#connected.values()) yield* connections;
  }

  list(): BrowserRecord[] {
    return [...this.#all()].map(({ id, via, address, since, view, topics }) => {
      return { via, address, since, view, topics, dropped: this.#cutOff.get(id) ?? 0 };
    });
  }

  #say(type: Presence["type"], browser: Browser): void {
    if (this.#listeners.size === 0) return;
    const follows = this.#followed.of(browser.id);
    for (const listener of this.#listeners) listener({ type, browser, follows });
  }
}
