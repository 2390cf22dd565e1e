/** The keys of a backend: values, ends, and those who watch them. */
import { type KeyRecord, KeyTable } from "../lib/store/keys.ts";
import { toJson } from "../lib/store/value.ts";
import { BackendError, type KeyEvent, type PutOptions } from "./backend.ts";
import type { DurableChange } from "./journal.ts";
import { Watcher } from "./watcher.ts";

const MAX_KEYS = 1_000_000;
/** Keys that end within this time of each other are looked for together: a look is at all that end. */
const EXPIRE_MS = 100;
/** A longer timer would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export class KeyStore {
  readonly #table: KeyTable;
  readonly #commit: (change: DurableChange) => Promise<void>;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(commit: (change: DurableChange) => Promise<void>, table = new KeyTable()) {
    this.#commit = commit;
    this.#table = table;
    this.#arm(table.nextEnd());
  }

  get(key: string): unknown {
    return decoded(this.#table.get(key, Date.now()));
  }

  list(prefix: string): KeyEvent[] {
    return this.#table.list(prefix, Date.now()).map(([key, record]) => ({ key, value: decoded(record) }));
  }

  /** Seen at once; where the commit fails, what was there before returns. */
  async put(key: string, value: unknown, { ttlMs, ifAbsent = false }: PutOptions = {}): Promise<boolean> {
    const now = Date.now();
    const before = this.#table.get(key, now) ?? null;
    if (ifAbsent && before !== null) return false;
    const expiresAt = ttlMs === undefined ? null : now + ttlMs;
    const record = value === null ? null : { json: jsonOf(key, value), expiresAt };
    if (before === null && record !== null && this.#table.size >= MAX_KEYS) {
      throw new BackendError("full", `the store holds ${MAX_KEYS} keys, no more are allowed`);
    }
    this.#change(key, record);
    try {
      await this.#commit({ type: "key", key, record });
    } catch (error) {
      if ((this.#table.get(key, now) ?? null) === record) this.#change(key, before);
      throw error;
    }
    return true;
  }

  #change(key: string, record: KeyRecord | null): void {
    this.#table.set(key, record);
    this.#arm(record?.expiresAt ?? null);
    this.#announce({ key, value: decoded(record ?? undefined) });
  }

  #announce(event: KeyEvent): void {
    for (const watcher of this.#watchers) watcher.push(event);
  }

  #arm(at: number | null): void {
    if (at === null || at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const delay = Math.min(Math.max(1, at - Date.now()), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#expire(), delay).unref();
  }

  /** One that cannot be removed from the journal is passed over when that is loaded. */
  #expire(): void {
    const now = Date.now();
    this.#timerAt = Number.POSITIVE_INFINITY;
    for (const key of this.#table.expire(now)) {
      this.#announce({ key, value: null });
      this.#commit({ type: "key", key, record: null }).catch(() => {});
    }
    const next = this.#table.nextEnd();
    this.#arm(next && Math.max(next, now + EXPIRE_MS));
  }

  watch(prefix: string, signal: AbortSignal): AsyncIterable<KeyEvent> {
    const watcher = new Watcher(prefix, this.list(prefix), () => void this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    signal.addEventListener("abort", () => watcher.finish(), { once: true });
    if (signal.aborted) watcher.finish();
    return watcher.events();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of [...this.#watchers]) watcher.finish();
  }
}

function decoded(record: KeyRecord | undefined): unknown {
  return record === undefined ? null : JSON.parse(record.json);
}

function jsonOf(key: string, value: unknown): string {
  try {
    return toJson(value);
  } catch (error) {
    throw new BackendError("invalid", `key "${key}": ${(error as Error).message}`);
  }
}
