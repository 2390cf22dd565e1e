/** The page's one source of live readings: whoever wants a topic hears of it, and of the connection, while it does. */
import type { Outcome } from "../lib/commands/command.ts";
import { compileFilter, hasWildcard } from "../lib/store/topic.ts";
import type { LiveReading, StreamState } from "./event-stream.ts";
import type { Live } from "./live.ts";
import { SharedLive } from "./tabs/shared-live.ts";
import { foldFilters } from "./topics.ts";

export interface Receiver {
  reading(reading: LiveReading): void;
  /** Readings were missed: what is shown of the past has a hole. */
  gap?(): void;
}

interface Wild {
  readonly fits: (topic: string) => boolean;
  readonly receivers: Set<Receiver>;
}

type Watcher = {
  state?(state: StreamState): void;
  gap?(): void;
  outcome?(outcome: Outcome): void;
};

export class Source {
  readonly base: string;
  readonly live: Live;
  state: StreamState = { name: "connecting", since: Date.now(), message: "" };
  readonly #exact = new Map<string, Set<Receiver>>();
  readonly #wild = new Map<string, Wild>();
  readonly #watchers = new Set<Watcher>();
  readonly #added = new Set<string>();
  #isAsking = false;

  constructor(base: string, browser: string) {
    this.base = base;
    this.live = new SharedLive(base, browser, {
      reading: (reading) => this.#tell(reading),
      gap: () => this.#gap(),
      state: (state) => this.#show(state),
      outcome: (outcome) => this.#each((watcher) => watcher.outcome?.(outcome)),
    });
  }

  /** Returns how to end that. A hundred components that begin in one turn ask together; without `asks` it rides along with others. */
  want(filter: string, receiver: Receiver, asks = true): () => void {
    const receivers = this.#receivers(filter);
    receivers.add(receiver);
    this.#added.add(filter);
    if (asks) this.#askSoon();
    return () => {
      receivers.delete(receiver);
      if (receivers.size > 0) return;
      this.#exact.delete(filter);
      this.#wild.delete(filter);
      this.#added.delete(filter);
    };
  }

  /** Hears of the connection at once, then of every change. Returns how to end that. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    watcher.state?.(this.state);
    return () => void this.#watchers.delete(watcher);
  }

  #receivers(filter: string): Set<Receiver> {
    const known = this.#exact.get(filter) ?? this.#wild.get(filter)?.receivers;
    if (known) return known;
    const receivers = new Set<Receiver>();
    if (hasWildcard(filter)) this.#wild.set(filter, { fits: compileFilter(filter), receivers });
    else this.#exact.set(filter, receivers);
    return receivers;
  }

  #askSoon(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    queueMicrotask(() => {
      this.#isAsking = false;
      const added = foldFilters(this.#added);
      this.#added.clear();
      this.live.want(foldFilters([...this.#exact.keys(), ...this.#wild.keys()]), added);
      this.live.open();
    });
  }

  #tell(reading: LiveReading): void {
    const exact = this.#exact.get(reading.topic);
    if (exact) for (const receiver of exact) receiver.reading(reading);
    for (const { fits, receivers } of this.#wild.values()) {
      if (fits(reading.topic)) for (const receiver of receivers) receiver.reading(reading);
    }
  }

  #gap(): void {
    const all = [...this.#exact.values(), ...[...this.#wild.values()].map(({ receivers }) => receivers)];
    for (const receiver of new Set(all.flatMap((some) => [...some]))) receiver.gap?.();
    this.#each((watcher) => watcher.gap?.());
  }

  #show(state: StreamState): void {
    this.state = state;
    this.#each((watcher) => watcher.state?.(state));
  }

  #each(tell: (watcher: Watcher) => void): void {
    for (const watcher of this.#watchers) tell(watcher);
  }
}
