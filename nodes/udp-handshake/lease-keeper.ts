/** Keeps leases where they outlive a deploy and, in a store on disk, a restart: field clients say HELLO only once. */
import { isIP } from "node:net";
import type { Backend } from "../../backends/backend.ts";
import type { Address } from "../../lib/handshake/address.ts";
import type { Lease } from "../../lib/handshake/slot.ts";
import type { StoreBackendNode } from "../store-backend.ts";

export interface KeptLease extends Lease {
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface LeaseKeeper {
  load(): Promise<KeptLease[]>;
  put(lease: KeptLease): void;
  forget(port: number): void;
  /** Resolves when everything put is kept, or cannot be. */
  settle(): Promise<void>;
}

const inMemory = new Map<string, Map<number, KeptLease>>();

/** For the life of this process, by node id. */
export class MemoryKeeper implements LeaseKeeper {
  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
  }

  async load(): Promise<KeptLease[]> {
    return [...(inMemory.get(this.#id)?.values() ?? [])];
  }

  put(lease: KeptLease): void {
    const leases = inMemory.get(this.#id) ?? new Map();
    inMemory.set(this.#id, leases.set(lease.port, lease));
  }

  forget(port: number): void {
    const leases = inMemory.get(this.#id);
    leases?.delete(port);
    if (leases?.size === 0) inMemory.delete(this.#id);
  }

  async settle(): Promise<void> {}
}

/** Under the keys `lease.<gateway>.<node>.<port>`. Sockets of this process end with it: theirs stay in memory. */
export class StoreKeeper implements LeaseKeeper {
  readonly #store: StoreBackendNode;
  readonly #prefix: string;
  readonly #memory: MemoryKeeper;
  readonly #report: (fault: Error) => void;
  #backend: Backend | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  /** `report`: a lease that the store does not take. */
  constructor(store: StoreBackendNode, id: string, report: (fault: Error) => void) {
    this.#store = store;
    this.#report = report;
    this.#prefix = `lease.${store.gateway}.${id}.`;
    this.#memory = new MemoryKeeper(id);
  }

  async load(): Promise<KeptLease[]> {
    this.#backend = await this.#store.open();
    const kept = (await this.#backend.keys(this.#prefix)).map(({ value }) => value);
    return [...kept.filter(isKeptLease), ...(await this.#memory.load())];
  }

  put(lease: KeptLease): void {
    if (lease.internal) this.#memory.put(lease);
    else this.#write(lease.port, lease);
  }

  forget(port: number): void {
    this.#memory.forget(port);
    this.#write(port, null);
  }

  async settle(): Promise<void> {
    await this.#writing;
  }

  /** One after another, so that the last word counts. */
  #write(port: number, lease: KeptLease | null): void {
    // In a deploy the store's node stops in the same turn as this one; what it has open goes on.
    const backend = async () => this.#store.backend ?? this.#backend ?? this.#store.open();
    const write = async () => (await backend()).put(`${this.#prefix}${port}`, lease);
    this.#writing = this.#writing.then(write).catch(this.#report);
  }
}

/** What is in the store may be of another version, or of another hand. */
function isKeptLease(value: unknown): value is KeptLease {
  if (typeof value !== "object" || value === null) return false;
  const { port, source, target, followed, internal, since } = value as Partial<Record<keyof KeptLease, unknown>>;
  const isSound = typeof followed === "boolean" && internal === false && Number.isFinite(since);
  return isSound && isPort(port) && isAddress(source) && isAddress(target);
}

function isAddress(value: unknown): value is Address {
  if (typeof value !== "object" || value === null) return false;
  const { address, port } = value as Partial<Record<keyof Address, unknown>>;
  return typeof address === "string" && isIP(address) !== 0 && isPort(port);
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}
