/**
 * When to look at a queue and to tell what it dropped: at once after a quiet time, else no more often than every
 * interval; and while it holds something, now and then, since others take from it too.
 */

export type QueueEvent =
  /** Asks how much it holds now; `found` takes the answer. */
  | { readonly type: "look"; readonly queue: string }
  | { readonly type: "depth"; readonly queue: string; readonly depth: number }
  | {
      readonly type: "dropped";
      readonly queue: string;
      readonly reason: string;
      /** Since it was told last. */
      readonly count: number;
      readonly total: number;
      /** Of every reason. */
      readonly all: number;
    };

interface Drops {
  untold: number;
  total: number;
}

interface News {
  /** Null until it was looked at. */
  depth: number | null;
  readonly drops: Map<string, Drops>;
  /** Before it nothing is told of this queue. */
  quietUntil: number;
  /** When it is looked at next. */
  dueAt: number;
}

export class QueueNews {
  readonly #intervalMs: number;
  readonly #refreshMs: number;
  readonly #queues = new Map<string, News>();
  /** No later than the first `dueAt`, so that nobody need look at all of them. */
  #nextDue = Number.POSITIVE_INFINITY;

  constructor(intervalMs: number, refreshMs: number) {
    this.#intervalMs = intervalMs;
    this.#refreshMs = refreshMs;
  }

  /** Held in all, as it was found last. */
  get held(): number {
    let held = 0;
    for (const { depth } of this.#queues.values()) held += depth ?? 0;
    return held;
  }

  *depths(): Iterable<[queue: string, depth: number]> {
    for (const [queue, { depth }] of this.#queues) if (depth !== null) yield [queue, depth];
  }

  /** Something came or went. */
  changed(queue: string, now: number): QueueEvent[] {
    return this.#arouse(queue, this.#newsOf(queue), now);
  }

  drop(queue: string, reason: string, count: number, now: number): QueueEvent[] {
    const news = this.#newsOf(queue);
    const { untold, total } = news.drops.get(reason) ?? { untold: 0, total: 0 };
    news.drops.set(reason, { untold: untold + count, total: total + count });
    return this.#arouse(queue, news, now);
  }

  found(queue: string, depth: number, now: number): QueueEvent[] {
    const news = this.#newsOf(queue);
    if (depth > 0) this.#schedule(news, now + this.#refreshMs);
    if (news.depth === depth) return [];
    news.depth = depth;
    return [{ type: "depth", queue, depth }];
  }

  #newsOf(queue: string): News {
    let news = this.#queues.get(queue);
    if (!news) {
      const { NEGATIVE_INFINITY: past, POSITIVE_INFINITY: never } = Number;
      news = { depth: null, drops: new Map(), quietUntil: past, dueAt: never };
      this.#queues.set(queue, news);
    }
    return news;
  }

  #arouse(queue: string, news: News, now: number): QueueEvent[] {
    if (now >= news.quietUntil) return this.#tell(queue, news, now);
    this.#schedule(news, news.quietUntil);
    return [];
  }

  #schedule(news: News, at: number): void {
    news.dueAt = Math.min(news.dueAt, at);
    this.#nextDue = Math.min(this.#nextDue, at);
  }

  #tell(queue: string, news: News, now: number): QueueEvent[] {
    news.quietUntil = now + this.#intervalMs;
    news.dueAt = Number.POSITIVE_INFINITY;
    const events: QueueEvent[] = [{ type: "look", queue }];
    const all = [...news.drops.values()].reduce((sum, { total }) => sum + total, 0);
    for (const [reason, drops] of news.drops) {
      const { untold: count, total } = drops;
      if (count > 0) events.push({ type: "dropped", queue, reason, count, total, all });
      drops.untold = 0;
    }
    return events;
  }

  handleTimer(now: number): QueueEvent[] {
    if (now < this.#nextDue) return [];
    const due = [...this.#queues].filter(([, { dueAt }]) => dueAt <= now);
    const events = due.flatMap(([queue, news]) => this.#tell(queue, news, now));
    this.#nextDue = Number.POSITIVE_INFINITY;
    for (const { dueAt } of this.#queues.values()) this.#nextDue = Math.min(this.#nextDue, dueAt);
    return events;
  }

  nextDeadline(): number | null {
    return Number.isFinite(this.#nextDue) ? this.#nextDue : null;
  }
}
