/** The server's side of the handshake with udp relays: a timed core (PROTOCOLS 3.2). */
import { Seldom } from "../seldom.ts";
import type { Address } from "./address.ts";
import { decodeHeader, encodeHiya, type Header } from "./header.ts";
import { HELLO_RATES, HelloLimits, type HelloRates } from "./hello-limits.ts";
import { Pool } from "./pool.ts";
import type { Lease, Slot, SlotInput, Source } from "./slot.ts";

export interface ServerOptions {
  /** Data ports, each for one client. */
  readonly pool: readonly number[];
  readonly maxClients: number;
  readonly reserveMs: number;
  readonly silentMs: number;
  /** Where data goes until the client's own datagrams show where it is. */
  readonly destination: "data-port" | "confirm-source";
  readonly rates?: HelloRates;
}

export type ServerEvent =
  | { readonly type: "reply"; readonly to: Address; readonly bytes: Buffer }
  | { readonly type: "joined" | "followed" | "heard"; readonly lease: Lease }
  | { readonly type: "left"; readonly lease: Lease; readonly reason: "silent" | "closed" }
  /** One for all refusals within `REFUSALS_EVERY_MS`. */
  | { readonly type: "refused"; readonly from: Address; readonly reason: "full"; readonly count: number };

const REFUSALS_EVERY_MS = 1000;
const NOTHING: readonly ServerEvent[] = [];

/** Why something was ignored. */
type Drop = keyof HandshakeServer["dropped"];

export class HandshakeServer {
  /** `expired` counts reservations that nobody confirmed. */
  readonly counts = { hellos: 0, answered: 0, joined: 0, left: 0, expired: 0 };
  readonly dropped = { full: 0, limited: 0, malformed: 0, unexpected: 0, unreserved: 0, "wrong-source": 0 };
  readonly #options: ServerOptions;
  readonly #pool: Pool;
  readonly #limits: HelloLimits;
  readonly #refusals = new Seldom(REFUSALS_EVERY_MS);

  constructor(options: ServerOptions, now: number) {
    this.#options = options;
    this.#pool = new Pool(options.pool);
    this.#limits = new HelloLimits(options.rates ?? HELLO_RATES, now);
  }

  /** Confirmed clients that count against the limit. */
  get clients(): number {
    return this.#pool.clients;
  }

  get reserved(): number {
    return this.#pool.reserved.size;
  }

  leases(): Lease[] {
    return [...this.#pool.leased].map((slot) => slot.lease());
  }

  /** Takes up leases of an earlier run; those that have no place any more are returned. */
  restore(leases: readonly Lease[]): Lease[] {
    return leases.filter((lease) => this.#isFull(lease) || !this.#pool.restore(lease));
  }

  /** A datagram that reached the handshake port. */
  receive(datagram: Uint8Array, from: Source, now: number): readonly ServerEvent[] {
    const header = decodeHeader(datagram);
    if (!header) return this.#drop("malformed");
    if (header.name === "HELLO") return this.#hello(from, now);
    if (header.name !== "CONFIRM") return this.#drop("unexpected");
    const port = header.port ?? this.#pool.of(from)?.port;
    return port === undefined ? this.#drop("unreserved") : this.#confirm(port, from, null, now);
  }

  /** A datagram that reached a data port. */
  receiveData(port: number, datagram: Uint8Array, from: Source, now: number): readonly ServerEvent[] {
    const header = decodeHeader(datagram);
    if (!header) return this.#drop("malformed");
    if (header.name === "CONFIRM") return this.#confirmHere(port, header, from, now);
    if (header.name !== "RUNNING") return this.#drop("unexpected");
    return this.#running(port, from);
  }

  /** Data is about to go to every client: ends the leases of those who have not answered for too long. */
  sending(now: number): readonly ServerEvent[] {
    const silent = this.#pool.sending(now, this.#options.silentMs);
    return silent.length === 0 ? NOTHING : silent.map((slot) => this.#end(slot, "silent"));
  }

  /** A socket of this process is closed: whoever was sent data there has left. */
  leave(origin: Address): readonly ServerEvent[] {
    const slot = this.#pool.servedAt(origin);
    return slot ? [this.#end(slot, "leave")] : NOTHING;
  }

  handleTimer(now: number): readonly ServerEvent[] {
    const late = [...this.#pool.reserved].filter(({ deadline }) => now >= deadline);
    for (const slot of late) this.#pool.release(slot, "late");
    this.counts.expired += late.length;
    return NOTHING;
  }

  nextDeadline(): number | null {
    let next: number | null = null;
    for (const { deadline } of this.#pool.reserved) if (next === null || deadline < next) next = deadline;
    return next;
  }

  #hello(from: Source, now: number): readonly ServerEvent[] {
    this.counts.hellos++;
    if (!from.internal && !this.#limits.admits(from.address, now)) return this.#drop("limited");
    const known = this.#pool.of(from);
    if (!known && this.#isFull(from)) return this.#refuse(from, now);
    const deadline = now + this.#options.reserveMs;
    const slot = known ?? this.#pool.reserve(from, deadline);
    if (!slot) return this.#refuse(from, now);
    if (known?.take("hello")) known.deadline = deadline;
    this.counts.answered++;
    return [{ type: "reply", to: { address: from.address, port: from.port }, bytes: encodeHiya(slot.port) }];
  }

  #confirmHere(port: number, header: Header, from: Source, now: number): readonly ServerEvent[] {
    if (header.port !== null && header.port !== port) return this.#drop("malformed");
    return this.#confirm(port, from, from, now);
  }

  /** `origin` is known where CONFIRM came to the data port itself. */
  #confirm(port: number, from: Source, origin: Address | null, now: number): readonly ServerEvent[] {
    const slot = this.#slotOf(port, from, now);
    if (typeof slot === "string") return this.#drop(slot);
    if (slot.state === "leased") return origin ? this.#heard(slot, origin) : NOTHING;
    if (this.#isFull(slot)) {
      this.#pool.release(slot, "yield");
      return this.#refuse(from, now);
    }
    this.#join(slot, from, origin);
    return [{ type: "joined", lease: slot.lease() }];
  }

  #slotOf(port: number, from: Source, now: number): Slot | Drop {
    const slot = this.#pool.at(port);
    if (!slot) return "unreserved";
    if (slot.isFrom(from)) return slot;
    return this.#pool.recall(from, port, now) ?? (slot.state === "free" ? "unreserved" : "wrong-source");
  }

  #join(slot: Slot, from: Source, origin: Address | null): void {
    const { address } = from;
    const isNat = this.#options.destination === "confirm-source";
    slot.assumed = { address, port: isNat ? from.port : slot.port };
    // RUNNING may overtake CONFIRM: they come by two sockets.
    slot.origin = origin ? { address, port: origin.port } : slot.origin;
    this.#pool.lease(slot);
    this.counts.joined++;
  }

  #running(port: number, from: Source): readonly ServerEvent[] {
    const slot = this.#pool.at(port);
    if (!slot?.isFrom(from)) return this.#drop(slot?.source ? "wrong-source" : "unreserved");
    if (slot.state === "leased") return this.#heard(slot, from);
    // CONFIRM may be on its way still, by the other socket.
    slot.take("running");
    slot.origin = { address: from.address, port: from.port };
    return NOTHING;
  }

  #heard(slot: Slot, from: Address): readonly ServerEvent[] {
    if (slot.origin && slot.origin.port !== from.port) return this.#drop("wrong-source");
    slot.take("running");
    slot.heard();
    const isNew = slot.origin === null;
    slot.origin ??= { address: from.address, port: from.port };
    return [{ type: isNew ? "followed" : "heard", lease: slot.lease() }];
  }

  #end(slot: Slot, input: SlotInput & ("silent" | "leave")): ServerEvent {
    const lease = slot.lease();
    this.#pool.release(slot, input);
    this.counts.left++;
    return { type: "left", lease, reason: input === "silent" ? "silent" : "closed" };
  }

  /** Sockets of this process take no slot of a real client. */
  #isFull({ internal }: { readonly internal?: boolean }): boolean {
    return internal !== true && this.#pool.clients >= this.#options.maxClients;
  }

  #refuse(from: Source, now: number): readonly ServerEvent[] {
    this.dropped.full++;
    const count = this.#refusals.tell(now);
    if (count === 0) return NOTHING;
    return [{ type: "refused", from: { address: from.address, port: from.port }, reason: "full", count }];
  }

  #drop(reason: Drop): readonly ServerEvent[] {
    this.dropped[reason]++;
    return NOTHING;
  }
}
