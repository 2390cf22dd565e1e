/** The board's own side of its handshake with a gateway: a timed core, for simulated boards (PROTOCOLS 3.1). */
import { decodeHeader, encodeHeader } from "./header.ts";

type BoardEndState = "calling" | "synched";
type BoardEndInput = "synch1" | "synch3";

const BOARD_END_TRANSITIONS: Readonly<Record<BoardEndState, Readonly<Partial<Record<BoardEndInput, BoardEndState>>>>> =
  {
    calling: { synch1: "calling", synch3: "synched" },
    synched: { synch1: "calling", synch3: "synched" },
  };

export type BoardEndEvent =
  /** To the gateway. */
  { readonly type: "call"; readonly bytes: Buffer } | { readonly type: "synched" };

const NOTHING: readonly BoardEndEvent[] = [];

export class BoardEnd {
  readonly counts = { calls: 0, unexpected: 0 };
  readonly #callEveryMs: number;
  #state: BoardEndState = "calling";
  #callAt: number;

  constructor(callEveryMs: number, now: number) {
    this.#callEveryMs = callEveryMs;
    this.#callAt = now;
  }

  get state(): BoardEndState {
    return this.#state;
  }

  /** A datagram of the gateway. One that asks anew has lost its memory. */
  receive(datagram: Uint8Array, now: number): readonly BoardEndEvent[] {
    const name = decodeHeader(datagram)?.name;
    if (name === "SYNCH_1") {
      this.#take("synch1");
      return this.#call(now);
    }
    if (name !== "SYNCH_3") return this.#unexpected();
    const isNews = this.#state !== "synched";
    this.#take("synch3");
    return isNews ? [{ type: "synched" }] : NOTHING;
  }

  handleTimer(now: number): readonly BoardEndEvent[] {
    return this.#state === "calling" && now >= this.#callAt ? this.#call(now) : NOTHING;
  }

  nextDeadline(): number | null {
    return this.#state === "calling" ? this.#callAt : null;
  }

  #call(now: number): readonly BoardEndEvent[] {
    this.counts.calls++;
    this.#callAt = now + this.#callEveryMs;
    return [{ type: "call", bytes: encodeHeader("SYNCH_2") }];
  }

  #unexpected(): readonly BoardEndEvent[] {
    this.counts.unexpected++;
    return NOTHING;
  }

  #take(input: BoardEndInput): void {
    this.#state = BOARD_END_TRANSITIONS[this.#state][input] ?? this.#state;
  }
}
