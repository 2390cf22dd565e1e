/** Slows down who guesses: after some free failures each further one of an address or account doubles the wait. */
import { plainAddress } from "../ip.ts";

interface LimiterOptions {
  /** Failures without a wait. */
  readonly free?: number;
  /** One failure is forgotten in so long. */
  readonly forgetMs?: number;
  readonly firstMs?: number;
  readonly mostMs?: number;
  /** Addresses and accounts remembered; beyond it the one that failed longest ago is forgotten. */
  readonly maxKeys?: number;
}

interface Failures {
  /** Failures not yet forgotten at the time `at`. */
  readonly count: number;
  readonly at: number;
  /** No guess is looked at before. */
  readonly until: number;
}

export class Limiter {
  readonly #free: number;
  readonly #forgetMs: number;
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #maxKeys: number;
  /** In the order of their last failure. */
  readonly #failures = new Map<string, Failures>();

  constructor(options: LimiterOptions = {}) {
    this.#free = options.free ?? 10;
    this.#forgetMs = options.forgetMs ?? 30_000;
    this.#firstMs = options.firstMs ?? 1000;
    this.#mostMs = options.mostMs ?? 60_000;
    this.#maxKeys = options.maxKeys ?? 100_000;
  }

  get size(): number {
    return this.#failures.size;
  }

  /** How long all of these have to wait; 0 where a guess may be looked at. Time: monotonic milliseconds. */
  waitMs(keys: readonly string[], now: number): number {
    let until = now;
    for (const key of keys) until = Math.max(until, this.#failures.get(key)?.until ?? now);
    return until - now;
  }

  failed(keys: readonly string[], now: number): void {
    for (const key of keys) this.#fail(key, now);
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= this.#maxKeys) break;
      this.#failures.delete(key);
    }
  }

  /** Takes one failure back: what was counted beforehand turned out right. */
  forgive(keys: readonly string[]): void {
    for (const key of keys) {
      const known = this.#failures.get(key);
      if (known) this.#failures.set(key, { ...known, count: Math.max(0, known.count - 1) });
    }
  }

  #fail(key: string, now: number): void {
    const before = this.#failures.get(key);
    const left = before ? Math.max(0, before.count - (now - before.at) / this.#forgetMs) : 0;
    const count = left + 1;
    const beyond = count - this.#free;
    const delay = beyond > 0 ? Math.min(this.#mostMs, this.#firstMs * 2 ** (beyond - 1)) : 0;
    this.#failures.delete(key);
    this.#failures.set(key, { count, at: now, until: now + delay });
  }
}

/** Who has one IPv6 address has all of its network: they count as one. */
export function addressKey(address: string): string {
  const plain = plainAddress(address).replace(/%.*$/, "").toLowerCase();
  return plain.includes(":") ? `address ${network(plain)}` : `address ${plain}`;
}

export function accountKey(account: string): string {
  return `account ${account}`;
}

/** The first 64 bits of an IPv6 address. */
function network(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const filled = [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0"), ...rest];
  return filled
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
