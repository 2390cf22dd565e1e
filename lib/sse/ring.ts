/** The ring of preformatted chunks that all clients of a hub share, bounded by count and by bytes. */

export interface RingEvent {
  readonly topic: string;
  readonly chunk: Buffer;
  /** Sequence of its cursor; 0 where it is live only. */
  readonly sequence: number;
  /** The highest sequence published up to and including it: never falls, so that a search may halve. */
  readonly through: number;
}

export interface RingBounds {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

const NOTHING = Buffer.alloc(0);

export class Ring {
  readonly #bounds: RingBounds;
  readonly #events: RingEvent[] = [];
  #first = 0;
  #next = 0;
  #bytes = 0;
  #floor = 0;
  #last = 0;
  /** Nothing has been published since the restart: what was stored meanwhile may never be. */
  #isFresh = false;

  constructor(bounds: RingBounds) {
    this.#bounds = bounds;
  }

  /** Index of the oldest event held; indices only grow. */
  get first(): number {
    return this.#first;
  }

  /** Index that the next event will have. */
  get next(): number {
    return this.#next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Every published event with a higher sequence is still held. */
  get floor(): number {
    return this.#floor;
  }

  /** Highest sequence published. */
  get last(): number {
    return this.#last;
  }

  /** Forgets all events: from now on sequences belong to a stream whose newest entry is `sequence`. */
  restart(sequence: number): void {
    while (this.#first < this.#next) this.#evict();
    this.#floor = sequence;
    this.#last = sequence;
    this.#isFresh = true;
  }

  push(topic: string, chunk: Buffer, sequence: number): void {
    while (this.#first < this.#next && this.#isFull(chunk.length)) this.#evict();
    if (this.#isFresh && sequence > this.#last) {
      this.#isFresh = false;
      this.#floor = Math.max(this.#floor, sequence - 1);
    }
    this.#last = Math.max(this.#last, sequence);
    this.#events[this.#next % this.#bounds.maxEvents] = { topic, chunk, sequence, through: this.#last };
    this.#next++;
    this.#bytes += chunk.length;
  }

  at(index: number): RingEvent {
    return this.#events[index % this.#bounds.maxEvents]!;
  }

  /** Empties an event that a newer one stands for. */
  blank(index: number): void {
    if (index < this.#first) return;
    const event = this.at(index);
    this.#bytes -= event.chunk.length;
    this.#events[index % this.#bounds.maxEvents] = { ...event, chunk: NOTHING };
  }

  /** True where an event with this sequence came in order and is held. */
  holds(sequence: number): boolean {
    const index = this.indexAfter(sequence - 1);
    return index < this.#next && this.at(index).sequence === sequence;
  }

  /** Index of the first event that was published after those up to `sequence`. */
  indexAfter(sequence: number): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).through > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #isFull(more: number): boolean {
    return this.#next - this.#first >= this.#bounds.maxEvents || this.#bytes + more > this.#bounds.maxBytes;
  }

  #evict(): void {
    const event = this.at(this.#first);
    this.#floor = Math.max(this.#floor, event.sequence);
    this.#bytes -= event.chunk.length;
    this.#events[this.#first % this.#bounds.maxEvents] = { ...event, chunk: NOTHING };
    this.#first++;
  }
}
