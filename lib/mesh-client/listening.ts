/** The listening connection of a client: it greets, is acknowledged, hears pushes, and comes back by itself. */
import { Backoff, type BackoffOptions, type ConnectEvent } from "../backoff.ts";
import { latin1 } from "./bytes.ts";
import { type Push, readPush, splitPushes } from "./pushes.ts";
import { ACK, SYN } from "./requests.ts";

export type ListeningEvent =
  | ConnectEvent
  | { readonly type: "disconnect" }
  | { readonly type: "send"; readonly bytes: Uint8Array }
  | { readonly type: "opened" }
  | { readonly type: "lost"; readonly reason: string }
  | { readonly type: "pushed"; readonly push: Push };

interface ListeningOptions extends BackoffOptions {
  /** Longest wait for a connection, and then for the gateway's `[ack]`. */
  readonly greetMs?: number;
}

type State = "apart" | "connecting" | "greeting" | "live";

const LONGEST_REFUSAL = 200;

export class Listening {
  readonly #backoff: Backoff;
  readonly #greetMs: number;
  #state: State = "apart";
  #greetBy: number | null = null;
  /** Of the gateway's greeting, so far. */
  #heard: Uint8Array = new Uint8Array();
  /** Pushes that could not be read. */
  malformed = 0;

  constructor(now: number, options: ListeningOptions = {}) {
    this.#backoff = new Backoff(now, { firstMs: 500, mostMs: 15_000, ...options });
    this.#greetMs = options.greetMs ?? 5_000;
  }

  get isLive(): boolean {
    return this.#state === "live";
  }

  /** The connection stands. */
  connected(now: number): readonly ListeningEvent[] {
    this.#state = "greeting";
    this.#heard = new Uint8Array();
    this.#greetBy = now + this.#greetMs;
    return [{ type: "send", bytes: SYN }];
  }

  receive(bytes: Uint8Array, now: number): readonly ListeningEvent[] {
    if (this.#state === "live") return this.#readPushes(bytes);
    if (this.#state !== "greeting") return [];
    this.#heard = Uint8Array.of(...this.#heard, ...bytes);
    const greeting = latin1(this.#heard, 0, ACK.length);
    if (!ACK.startsWith(greeting)) return this.#refused(now);
    if (greeting !== ACK) return [];
    this.#state = "live";
    this.#greetBy = null;
    this.#backoff.opened(now);
    return [{ type: "opened" }, ...this.#readPushes(this.#heard.slice(ACK.length))];
  }

  /** It could not be made, or has ended. */
  closed(reason: string, now: number): readonly ListeningEvent[] {
    if (this.#state === "apart") return [];
    this.#state = "apart";
    this.#greetBy = null;
    this.#backoff.closed(now);
    return [{ type: "lost", reason }];
  }

  /** The network is back: a waiting attempt is due now. */
  hurry(now: number): void {
    this.#backoff.hurry(now);
  }

  handleTimer(now: number): readonly ListeningEvent[] {
    if (this.#greetBy !== null && now >= this.#greetBy) {
      return [
        { type: "disconnect" },
        ...this.closed(this.#state === "connecting" ? "nobody answers" : "the gateway did not acknowledge", now),
      ];
    }
    const due = this.#backoff.handleTimer(now);
    if (due.length === 0) return due;
    this.#state = "connecting";
    this.#greetBy = now + this.#greetMs;
    return due;
  }

  nextDeadline(): number | null {
    return this.#greetBy ?? this.#backoff.nextDeadline();
  }

  #refused(now: number): readonly ListeningEvent[] {
    const said = latin1(this.#heard, 0, LONGEST_REFUSAL);
    return [{ type: "disconnect" }, ...this.closed(`the gateway answered ${JSON.stringify(said)}`, now)];
  }

  #readPushes(chunk: Uint8Array): ListeningEvent[] {
    const events: ListeningEvent[] = [];
    for (const bytes of splitPushes(chunk)) {
      const push = readPush(bytes);
      if (push) events.push({ type: "pushed", push });
      else this.malformed++;
    }
    return events;
  }
}
