/** The data ports of a server: which are free, reserved and leased, and who had which lately. */
import { Recent } from "../recent.ts";
import { type Address, isSame, keyOf } from "./address.ts";
import { type Lease, Slot, type SlotInput, type Source } from "./slot.ts";

/** Peers remembered after their reservation has ended: all that a flood of HELLOs is answered in 5 s. */
const MAX_REMEMBERED = 16_384;

const NONE: readonly Slot[] = [];

/** A reservation that gave way to another. */
interface Yielded {
  readonly source: Source;
  /** When it would have ended. */
  readonly deadline: number;
}

export class Pool {
  readonly slots: readonly Slot[];
  readonly #byPort: ReadonlyMap<number, Slot>;
  readonly #bySource = new Map<string, Slot>();
  /** In the order in which they became free, so that a late datagram of one client rarely meets the next. */
  readonly #free: Set<Slot>;
  /** The oldest first. */
  readonly #reserved = new Set<Slot>();
  readonly #leased = new Set<Slot>();
  readonly #mostReserved: number;
  readonly #lastPort = new Recent<number>(MAX_REMEMBERED);
  readonly #yielded = new Recent<Yielded>(MAX_REMEMBERED);

  constructor(ports: readonly number[]) {
    this.slots = ports.map((port) => new Slot(port));
    this.#byPort = new Map(this.slots.map((slot) => [slot.port, slot]));
    this.#free = new Set(this.slots);
    this.#mostReserved = Math.max(1, Math.floor(ports.length / 2));
  }

  get reserved(): ReadonlySet<Slot> {
    return this.#reserved;
  }

  get leased(): ReadonlySet<Slot> {
    return this.#leased;
  }

  /** Leases of sockets of this process take no place of a real client. */
  get clients(): number {
    let count = 0;
    for (const slot of this.#leased) if (!slot.internal) count++;
    return count;
  }

  at(port: number): Slot | undefined {
    return this.#byPort.get(port);
  }

  of(source: Address): Slot | undefined {
    return this.#bySource.get(keyOf(source));
  }

  /** Whoever is sent data there, as its own datagrams have shown. */
  servedAt(origin: Address): Slot | null {
    for (const slot of this.#leased) if (slot.origin && isSame(slot.origin, origin)) return slot;
    return null;
  }

  /** The same port again for who had one; null where every port is leased. */
  reserve(source: Source, deadline: number): Slot | null {
    if (this.#reserved.size >= this.#mostReserved || this.#free.size === 0) this.#yieldOldest();
    const last = this.at(this.#lastPort.get(keyOf(source)) ?? 0);
    const slot = last && this.#free.has(last) ? last : first(this.#free);
    if (!slot) return null;
    this.#hold(slot, source);
    slot.deadline = deadline;
    return slot;
  }

  #hold(slot: Slot, source: Source): void {
    slot.take("hello");
    slot.source = { address: source.address, port: source.port };
    slot.internal = source.internal === true;
    this.#free.delete(slot);
    this.#reserved.add(slot);
    this.#bySource.set(slot.key(), slot);
    this.#lastPort.set(slot.key(), slot.port);
    this.#yielded.delete(keyOf({ address: source.address, port: slot.port }));
  }

  /** A reservation becomes a lease. */
  lease(slot: Slot): void {
    slot.take("confirm");
    this.#reserved.delete(slot);
    this.#leased.add(slot);
  }

  /** Takes up a lease of an earlier run; false where it has no place any more. */
  restore({ port, source, target, followed, internal }: Lease): boolean {
    const slot = this.at(port);
    if (slot?.state !== "free" || this.of(source)) return false;
    this.#hold(slot, { ...source, internal });
    slot.assumed = target;
    slot.origin = followed ? target : null;
    this.lease(slot);
    return true;
  }

  /** Data is about to go to every client; gives those who have not answered for so long while data went to them. */
  sending(now: number, silentMs: number): readonly Slot[] {
    let silent: Slot[] | undefined;
    for (const slot of this.#leased) {
      if (slot.sending(now, silentMs / 2) < silentMs) continue;
      silent ??= [];
      silent.push(slot);
    }
    return silent ?? NONE;
  }

  release(slot: Slot, input: SlotInput): void {
    this.#bySource.delete(slot.key());
    slot.take(input);
    this.#reserved.delete(slot);
    this.#leased.delete(slot);
    this.#free.add(slot);
  }

  /**
   * A reservation that gave way counts as long as nobody else has confirmed its port: who floods with HELLOs does not
   * keep out who confirms.
   */
  recall(from: Address, port: number, now: number): Slot | null {
    const slot = this.at(port);
    const yielded = this.#yielded.get(keyOf({ address: from.address, port }));
    if (!slot || !yielded || now >= yielded.deadline || slot.state === "leased") return null;
    const other = this.of(yielded.source);
    if (other?.state === "leased") return null;
    if (other) this.release(other, "yield");
    if (slot.state === "reserved") this.#yield(slot);
    this.#hold(slot, yielded.source);
    slot.deadline = yielded.deadline;
    return slot;
  }

  #yieldOldest(): void {
    const oldest = first(this.#reserved);
    if (oldest) this.#yield(oldest);
  }

  #yield(slot: Slot): void {
    const source = { ...slot.source!, internal: slot.internal };
    this.#yielded.set(keyOf({ address: source.address, port: slot.port }), { source, deadline: slot.deadline });
    this.release(slot, "yield");
  }
}

function first<T>(set: ReadonlySet<T>): T | null {
  for (const one of set) return one;
  return null;
}
