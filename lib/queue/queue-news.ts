/** When to tell of a queue's depth and of what it dropped: at once after a quiet time, else no more often than every interval. */

export type QueueEvent =
  | { readonly type: "depth"; readonly queue: string; readonly depth: number }
  | {
      readonly type: "dropped";
      readonly queue: string;
      readonly reason: string;
      /** Since it was told last. */
      readonly count: number;
      readonly total: number;
    };

interface Drops {
  untold: number;
  total: number;
}

interface News {
  /** Null until it is looked at. */
  depth: number | null;
  toldDepth: number | null;
  readonly drops: Map<string, Drops>;
  /** Before it nothing is told of this queue. */
  quietUntil: number;
}

export class QueueNews {
  readonly #intervalMs: number;
  readonly #queues = new Map<string, News>();
  readonly #due = new Set<string>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Queues that held something when they were last looked at. */
  get filled(): string[] {
    return [...this.#queues].filter(([, { depth }]) => depth !== null && depth > 0).map(([name]) => name);
  }

  depthOf(queue: string): number {
    return this.#queues.get(queue)?.depth ?? 0;
  }

  /** What a queue has dropped, by reason. */
  *drops(): Iterable<[queue: string, reason: string, total: number]> {
    for (const [queue, { drops }] of this.#queues) {
      for (const [reason, { total }] of drops) yield [queue, reason, total];
    }
  }

  setDepth(queue: string, depth: number, now: number): QueueEvent[] {
    const news = this.#newsOf(queue);
    news.depth = depth;
    return news.toldDepth === depth ? [] : this.#tellIfDue(queue, news, now);
  }

  drop(queue: string, reason: string, count: number, now: number): QueueEvent[] {
    const news = this.#newsOf(queue);
    const drops = news.drops.get(reason) ?? { untold: 0, total: 0 };
    news.drops.set(reason, { untold: drops.untold + count, total: drops.total + count });
    return this.#tellIfDue(queue, news, now);
  }

  #newsOf(queue: string): News {
    let news = this.#queues.get(queue);
    if (!news) {
      news = { depth: null, toldDepth: null, drops: new Map(), quietUntil: Number.NEGATIVE_INFINITY };
      this.#queues.set(queue, news);
    }
    return news;
  }

  #tellIfDue(queue: string, news: News, now: number): QueueEvent[] {
    if (now >= news.quietUntil) return this.#tell(queue, news, now);
    this.#due.add(queue);
    return [];
  }

  #tell(queue: string, news: News, now: number): QueueEvent[] {
    const events: QueueEvent[] = [];
    if (news.depth !== null && news.toldDepth !== news.depth) events.push({ type: "depth", queue, depth: news.depth });
    news.toldDepth = news.depth;
    for (const [reason, drops] of news.drops) {
      if (drops.untold > 0) events.push({ type: "dropped", queue, reason, count: drops.untold, total: drops.total });
      drops.untold = 0;
    }
    news.quietUntil = now + this.#intervalMs;
    this.#due.delete(queue);
    return events;
  }

  handleTimer(now: number): QueueEvent[] {
    const due = [...this.#due].filter((queue) => this.#queues.get(queue)!.quietUntil <= now);
    return due.flatMap((queue) => this.#tell(queue, this.#queues.get(queue)!, now));
  }

  nextDeadline(): number | null {
    let next: number | null = null;
    for (const queue of this.#due) {
      const { quietUntil } = this.#queues.get(queue)!;
      if (next === null || quietUntil < next) next = quietUntil;
    }
    return next;
  }
}
