/** The gateway's side of the handshake with a controller board, and whether the board is heard: a timed core (PROTOCOLS 3.1). */
import type { Address } from "./address.ts";
import { decodeHeader, encodeHeader } from "./header.ts";

export type BoardState = "seeking" | "synched" | "receiving" | "silent";
type BoardInput = "synch" | "record" | "quiet";

/** A board that was running before the gateway sends records without a handshake. */
export const BOARD_TRANSITIONS: Readonly<Record<BoardState, Readonly<Partial<Record<BoardInput, BoardState>>>>> = {
  seeking: { synch: "synched", record: "receiving", quiet: "silent" },
  synched: { synch: "synched", record: "receiving", quiet: "silent" },
  receiving: { synch: "receiving", record: "receiving", quiet: "silent" },
  silent: { synch: "silent", record: "receiving" },
};

export interface BoardOptions {
  /** Whether there is an address to send SYNCH_1 to. */
  readonly seeks: boolean;
  readonly seekEveryMs: number;
  /** No record for so long is an event; 0 never is. */
  readonly silentMs: number;
}

export type BoardEvent =
  | { readonly type: "record" }
  /** To the sender of what was received. */
  | { readonly type: "reply"; readonly bytes: Buffer }
  /** To the board's address. */
  | { readonly type: "seek"; readonly bytes: Buffer }
  | { readonly type: "synched"; readonly from: Address }
  /** After a silence. */
  | { readonly type: "heard" }
  | { readonly type: "silent"; readonly forMs: number };

const NOTHING: readonly BoardEvent[] = [];
/** One for all records, which may be many. */
const RECORD: readonly BoardEvent[] = [{ type: "record" }];

export class BoardGateway {
  readonly counts = { synchs: 0, records: 0, unexpected: 0 };
  readonly #options: BoardOptions;
  #state: BoardState = "seeking";
  #seekAt: number;
  #heardAt: number;

  constructor(options: BoardOptions, now: number) {
    this.#options = options;
    this.#seekAt = now;
    this.#heardAt = now;
  }

  get state(): BoardState {
    return this.#state;
  }

  receive(datagram: Uint8Array, from: Address, now: number): readonly BoardEvent[] {
    const header = decodeHeader(datagram);
    if (header?.name === "SYNCH_2") return this.#synch(from);
    if (header?.name === "SYNCH_1" || header?.name === "SYNCH_3") {
      this.counts.unexpected++;
      return NOTHING;
    }
    return this.#record(now);
  }

  handleTimer(now: number): readonly BoardEvent[] {
    const events: BoardEvent[] = [];
    if (now >= this.#quietAt()) {
      this.#take("quiet");
      events.push({ type: "silent", forMs: now - this.#heardAt });
    }
    if (now >= this.#nextSeek()) {
      this.#seekAt = now + this.#options.seekEveryMs;
      events.push({ type: "seek", bytes: encodeHeader("SYNCH_1") });
    }
    return events;
  }

  nextDeadline(): number | null {
    const next = Math.min(this.#quietAt(), this.#nextSeek());
    return Number.isFinite(next) ? next : null;
  }

  #synch(from: Address): readonly BoardEvent[] {
    this.counts.synchs++;
    this.#take("synch");
    return [
      { type: "reply", bytes: encodeHeader("SYNCH_3") },
      { type: "synched", from },
    ];
  }

  #record(now: number): readonly BoardEvent[] {
    this.counts.records++;
    this.#heardAt = now;
    const wasSilent = this.#state === "silent";
    this.#take("record");
    return wasSilent ? [{ type: "heard" }, ...RECORD] : RECORD;
  }

  #quietAt(): number {
    const { silentMs } = this.#options;
    return silentMs === 0 || this.#state === "silent" ? Number.POSITIVE_INFINITY : this.#heardAt + silentMs;
  }

  #nextSeek(): number {
    const isSeeking = this.#options.seeks && (this.#state === "seeking" || this.#state === "silent");
    return isSeeking ? this.#seekAt : Number.POSITIVE_INFINITY;
  }

  #take(input: BoardInput): void {
    this.#state = BOARD_TRANSITIONS[this.#state][input] ?? this.#state;
  }
}
