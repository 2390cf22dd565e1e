/** Who watches, and for whom a lease is therefore held: a timed core. One who reloads a page is away for a moment only. */

export interface WatchEvent {
  readonly type: "wanted" | "unwanted";
  /** A watcher, or the empty text where all share one lease. */
  readonly lease: string;
}

interface WatchOptions {
  readonly perWatcher: boolean;
  readonly lingerMs: number;
  /** Leases at most; more watchers are refused. */
  readonly most: number;
}

const NOTHING: readonly WatchEvent[] = [];
/** Watchers of one shared lease; only a flow that never says `disconnect` has so many. */
const MAX_WATCHERS = 100_000;

export class Watchers {
  readonly #options: WatchOptions;
  readonly #watching = new Set<string>();
  /** Leases that nobody watches any more, and until when they are held. */
  readonly #lingering = new Map<string, number>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watching.size;
  }

  /** Null where there is no room for another. */
  join(watcher: string): readonly WatchEvent[] | null {
    if (this.#watching.has(watcher)) return NOTHING;
    const lease = this.#leaseOf(watcher);
    const isHeld = this.#lingering.delete(lease) || (!this.#options.perWatcher && this.#watching.size > 0);
    if (!isHeld && !this.#hasRoom()) return null;
    this.#watching.add(watcher);
    return isHeld ? NOTHING : [{ type: "wanted", lease }];
  }

  leave(watcher: string, now: number): readonly WatchEvent[] {
    if (!this.#watching.delete(watcher)) return NOTHING;
    if (this.#options.perWatcher || this.#watching.size === 0) {
      this.#lingering.set(this.#leaseOf(watcher), now + this.#options.lingerMs);
    }
    return NOTHING;
  }

  handleTimer(now: number): readonly WatchEvent[] {
    const ended = [...this.#lingering].filter(([, until]) => now >= until).map(([lease]) => lease);
    for (const lease of ended) this.#lingering.delete(lease);
    return ended.map((lease) => ({ type: "unwanted", lease }));
  }

  nextDeadline(): number | null {
    return this.#lingering.size === 0 ? null : Math.min(...this.#lingering.values());
  }

  #leaseOf(watcher: string): string {
    return this.#options.perWatcher ? watcher : "";
  }

  #hasRoom(): boolean {
    const { perWatcher, most } = this.#options;
    return this.#watching.size + this.#lingering.size < (perWatcher ? most : MAX_WATCHERS);
  }
}
