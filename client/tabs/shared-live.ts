/** One connection for all tabs of a browser: the tab that leads has it, and tells the others what it hears. */

import type { StreamListener, StreamState } from "../event-stream.ts";
import type { LiveReading } from "../events.ts";
import { type Live, OwnLive, tellCurrent } from "../live.ts";
import { Election } from "./election.ts";
import type { Said } from "./said.ts";

/** A tab that was not heard of for so long is gone; hidden ones are slow. */
const FORGET_MS = 5 * 60_000;

interface Wish {
  readonly filters: readonly string[];
  readonly view: string;
  readonly at: number;
}

type Words = Said extends infer One ? (One extends Said ? Omit<One, "from"> : never) : never;

export class SharedLive implements Live {
  /** The leader's, while another tab leads. */
  browser: string;
  readonly id: string;
  readonly #base: string;
  readonly #listener: StreamListener;
  readonly #election: Election;
  readonly #others = new Map<string, Wish>();
  #channel: BroadcastChannel | null = null;
  #own: OwnLive | null = null;
  #since = 0;
  #state: StreamState = { name: "connecting", since: Date.now(), message: "" };
  #lastId = "";
  #filters: readonly string[] = [];
  /** Wanted anew while nobody leads, or not confirmed yet. */
  #added: string[] = [];
  #untold: LiveReading[] = [];

  constructor(base: string, browser: string, listener: StreamListener) {
    this.#base = base;
    this.browser = browser;
    this.id = browser;
    this.#listener = listener;
    const [id, say, ask, lead] = [this.id, (words: Words) => this.#say(words), () => this.#ask(), () => this.#lead()];
    this.#election = new Election(`gatehouse ${base}`, { id, say, ask, lead });
  }

  want(filters: readonly string[], added: readonly string[]): void {
    this.#filters = filters;
    this.#added.push(...added);
    if (this.#own) this.#widen();
    else if (this.#channel) this.#ask();
  }

  open(): void {
    if (this.#channel) return;
    this.#channel = new BroadcastChannel(`gatehouse ${this.#base}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data as Said);
    this.#election.start();
  }

  close(): void {
    if (!this.#channel) return;
    this.#say({ say: "bye" });
    this.#own?.close();
    this.#own = null;
    this.#election.stop();
    this.#channel.close();
    this.#channel = null;
  }

  hurry(): void {
    if (this.#own) this.#own.hurry();
    else this.#say({ say: "hurry" });
  }

  #say(words: Words): void {
    this.#channel?.postMessage({ ...words, from: this.id });
  }

  /** A leader that is slow, because nobody looks at it, is hurried by one that is looked at. */
  #ask(): void {
    this.#say({ say: "want", filters: this.#filters, view: location.pathname });
    if (this.#state.name === "reconnecting" && !document.hidden) this.#say({ say: "hurry" });
  }

  /** Goes on where the one that led before left off. */
  #lead(): void {
    if (this.#own || !this.#channel) return;
    this.browser = this.id;
    this.#since = Date.now();
    this.#own = new OwnLive(this.#base, this.browser, this.#telling(), this.#lastId);
    this.#widen();
    this.#own.open();
    this.#tellLead();
  }

  #stepDown(): void {
    // Current values that its stream had no time to tell are asked for again.
    if (this.#own?.lastId === "") this.#added.push(...this.#filters);
    this.#own?.close();
    this.#own = null;
    this.#election.stop();
    this.#election.start();
  }

  /** What all tabs want; one that is not heard of any more wants nothing. */
  #widen(): void {
    const now = Date.now();
    for (const [id, { at }] of this.#others) if (now - at > FORGET_MS) this.#others.delete(id);
    const others = [...this.#others.values()];
    const views = [location.pathname, ...others.map(({ view }) => view)];
    this.#own?.want([...this.#filters, ...others.flatMap(({ filters }) => filters)], this.#added.splice(0), views);
  }

  #tellLead(to = ""): void {
    const { browser } = this;
    this.#say({ say: "lead", to, since: this.#since, browser, state: this.#state, lastId: this.#own?.lastId ?? "" });
  }

  /** Tells this tab and the others. */
  #telling(): StreamListener {
    const listener = this.#listener;
    return {
      reading: (reading) => {
        listener.reading(reading);
        if (this.#others.size > 0 && this.#untold.push(reading) === 1) queueMicrotask(() => this.#tellReadings());
      },
      gap: () => {
        listener.gap();
        this.#say({ say: "gap" });
      },
      outcome: (outcome) => {
        listener.outcome?.(outcome);
        this.#say({ say: "outcome", outcome });
      },
      state: (state) => {
        this.#state = state;
        listener.state(state);
        this.#tellLead();
      },
    };
  }

  /** Those of one piece of the stream together. */
  #tellReadings(): void {
    this.#say({ say: "told", readings: this.#untold, lastId: this.#own?.lastId ?? "" });
    this.#untold = [];
  }

  #hear(said: Said): void {
    this.#election.hear(said);
    if (this.#own) this.#hearTab(this.#own, said);
    else this.#hearLeader(said);
  }

  #hearTab(own: OwnLive, said: Said): void {
    if (said.say === "bye") this.#others.delete(said.from);
    else if (said.say === "hurry") own.hurry();
    else if (said.say === "claim") this.#tellLead();
    else if (said.say === "want") {
      this.#others.set(said.from, { filters: said.filters, view: said.view, at: Date.now() });
      this.#widen();
      this.#tellLead(said.from);
    } else if (said.say === "lead") {
      // Two lead after one of them was asleep: the one that began first goes on.
      if (said.since < this.#since || (said.since === this.#since && said.from < this.id)) this.#stepDown();
      else this.#tellLead();
    }
  }

  #hearLeader(said: Said): void {
    if (said.say === "lead") this.#follow(said);
    else if (said.from !== this.#election.leader) return;
    else if (said.say === "told") {
      this.#lastId = said.lastId || this.#lastId;
      for (const reading of said.readings) this.#listener.reading(reading);
    } else if (said.say === "gap") this.#listener.gap();
    else if (said.say === "outcome") this.#listener.outcome?.(said.outcome);
  }

  #follow({ from, to, browser, state, lastId }: Extract<Said, { say: "lead" }>): void {
    const isNew = this.#election.leader !== from;
    this.#election.follow(from);
    this.browser = browser;
    this.#lastId = lastId || this.#lastId;
    if (isNew && to !== this.id) this.#ask();
    if (state.name !== this.#state.name || state.since !== this.#state.since) this.#listener.state(state);
    this.#state = state;
    // Before its wishes are heard, what comes meanwhile would be missed.
    if (to === this.id)
      void tellCurrent(this.#base, this.#added.splice(0), (reading) => this.#listener.reading(reading));
  }
}
