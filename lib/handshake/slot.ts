/** One data port of the pool, and whom it is for. */
import { type Address, keyOf } from "./address.ts";

export type SlotState = "free" | "reserved" | "leased";
export type SlotInput = "hello" | "confirm" | "running" | "late" | "yield" | "silent" | "leave";

/** What is not written here is ignored and counted (PROTOCOLS 3.2). */
export const SLOT_TRANSITIONS: Readonly<Record<SlotState, Readonly<Partial<Record<SlotInput, SlotState>>>>> = {
  free: { hello: "reserved" },
  reserved: { hello: "reserved", running: "reserved", confirm: "leased", late: "free", yield: "free" },
  leased: { hello: "leased", running: "leased", confirm: "leased", silent: "free", leave: "free" },
};

/** A peer; `internal` where its socket is one of this process. */
export interface Source extends Address {
  readonly internal?: boolean;
}

/** What has to be kept of a lease, so that it outlives this process: field clients say HELLO only once. */
export interface Lease {
  readonly port: number;
  /** Where HELLO came from. */
  readonly source: Address;
  /** Where data goes. */
  readonly target: Address;
  /** Whether the target is where the client's own datagrams come from. */
  readonly followed: boolean;
  readonly internal: boolean;
}

export class Slot {
  readonly port: number;
  state: SlotState = "free";
  source: Address | null = null;
  internal = false;
  /** Where the client's datagrams to the data port come from; null while none has come. */
  origin: Address | null = null;
  /** Where data goes while no origin is known. */
  assumed: Address | null = null;
  /** Of a reservation. */
  deadline = 0;
  #sentAt: number | null = null;
  #unansweredMs = 0;

  constructor(port: number) {
    this.port = port;
  }

  /** False where the state has no such input. */
  take(input: SlotInput): boolean {
    const next = SLOT_TRANSITIONS[this.state][input];
    if (next === undefined) return false;
    this.state = next;
    if (next === "free") this.#clear();
    return true;
  }

  isFrom({ address }: Address): boolean {
    return this.source?.address === address;
  }

  /** It was heard: what was sent before needs no answer any more. */
  heard(): void {
    this.#sentAt = null;
    this.#unansweredMs = 0;
  }

  /**
   * Notes that data goes out, and gives how long data has gone out without an answer. A pause between two sends counts
   * up to `mostMs`: who is sent nothing has nothing to answer.
   */
  sending(now: number, mostMs: number): number {
    if (this.#sentAt !== null) this.#unansweredMs += Math.min(now - this.#sentAt, mostMs);
    this.#sentAt = now;
    return this.#unansweredMs;
  }

  lease(): Lease {
    const target = this.origin ?? this.assumed!;
    const { port, source, internal } = this;
    return { port, source: source!, target, followed: this.origin !== null, internal };
  }

  key(): string {
    return keyOf(this.source!);
  }

  #clear(): void {
    this.source = null;
    this.origin = null;
    this.assumed = null;
    this.internal = false;
    this.heard();
  }
}
