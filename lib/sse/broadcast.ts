/** Serves published events to all clients: one joined chunk per tick and group, and the shared ring for those who lag or resume. */
import type { BroadcastCounts } from "./broadcast-counts.ts";
import { type Client, type ClientSink, HELD, LIVE } from "./client.ts";
import { READINGS } from "./event-form.ts";
import { keepAliveText, type Told } from "./event-text.ts";
import type { Group } from "./group.ts";
import { Groups } from "./groups.ts";
import { type DeliveryClass, Published, type Tick } from "./published.ts";
import type { RingBounds } from "./ring.ts";

export interface BroadcastOptions extends RingBounds {
  /** A client that lags further behind what its filters select is dropped. */
  readonly maxLagBytes: number;
  /** A keep-alive round is spread over so many calls of `keepAlive`. */
  readonly keepAliveSlots: number;
}

const COMMENT = Buffer.from(keepAliveText(null));

/** Longest piece of the ring joined for one client that catches up. */
const CATCH_UP_BYTES = 64 * 1024;

/**
 * Clients are written to directly instead of by returned events: at 1,000 clients a list of them for each tick
 * would cost as much as the writes (benchmark `sse-1000x1`).
 */
export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #dropClient: (client: Client) => void;
  readonly #published: Published;
  readonly #groups: Groups;
  #slot = 0;
  /** Clients that lagged too far behind. */
  dropped = 0;

  /** `dropClient` closes the client's connection. */
  constructor(options: BroadcastOptions, dropClient: (client: Client) => void) {
    this.#options = options;
    this.#dropClient = dropClient;
    this.#published = new Published(options);
    this.#groups = new Groups(options.keepAliveSlots);
  }

  get clients(): number {
    return this.#groups.clients;
  }

  counts(): BroadcastCounts {
    const { events, repeated, ring, coalesced } = this.#published;
    const { clients, size: groups } = this.#groups;
    const dropped = { slow: this.dropped, coalesced };
    return { clients, groups, events, repeated, ringEvents: ring.next - ring.first, ringBytes: ring.bytes, dropped };
  }

  /** Names the store whose cursors are ids here, and its newest entry. Whoever stands in another store's stream must resume. */
  follow(epoch: string, sequence: number, anew = false): void {
    if (epoch === this.#published.epoch && !anew) return;
    this.flush();
    this.#published.restart(epoch, sequence);
    for (const client of this.all()) {
      client.servedThrough = 0;
      if (client.position !== LIVE) this.drop(client);
    }
  }

  /** True where the ring holds all that was published after this sequence, and what is stored up to `stored` was. */
  reaches(sequence: number, stored = sequence): boolean {
    return sequence >= this.#published.ring.floor && Math.max(sequence, this.#published.ring.last) >= stored;
  }

  /** True asks for a `flush` at the end of this tick. Throws where the value has no JSON or is too long for the ring. */
  publish(told: Told, delivery: DeliveryClass = "log"): boolean {
    const event = this.#published.format(told);
    if (!event) return false;
    if (this.#published.isCrowded(event.chunk.length)) this.flush();
    return this.#published.push(told.topic, event.chunk, event.sequence, delivery);
  }

  /** Writes what was published since the last tick to every client that is up to date. */
  flush(): void {
    const tick = this.#published.takeTick();
    if (!tick) return;
    for (const group of this.#groups) this.#flushGroup(group, tick);
  }

  /** Adds a client that is served from elsewhere until `join`. */
  open(sink: ClientSink, filters: readonly string[], form = READINGS): Client {
    return this.#groups.open(sink, filters, form, this.#published.ring.next);
  }

  /** Lets a client follow what comes from now on; with a sequence that the ring reaches, what came after that one. */
  join(client: Client, sequence?: number): void {
    const { ring, ticked } = this.#published;
    client.servedBytes = client.group.bytes;
    if (sequence === undefined) {
      client.position = ticked;
    } else {
      client.servedThrough = sequence;
      client.position = Math.max(ring.first, Math.min(client.liveFrom, ring.indexAfter(sequence)));
    }
    this.#catchUp(client);
  }

  /** A client's connection takes bytes again. */
  drained(client: Client): void {
    if (client.position === HELD) client.servedBytes = client.group.bytes;
    else if (client.position !== LIVE) this.#catchUp(client);
  }

  /** For one client alone, between whole events, wherever it is served from. */
  tell(client: Client, chunk: Buffer): void {
    if ((client.sink.writableLength ?? 0) > this.#options.maxLagBytes) this.drop(client);
    else if (client.position === LIVE) this.#write(client, chunk);
    else client.sink.write(chunk);
  }

  /** Idempotent. */
  close(client: Client): void {
    this.#groups.close(client);
  }

  all(): Iterable<Client> {
    return this.#groups.all();
  }

  /** One part of a keep-alive round: a comment, and the cursor up to which a client that follows has been served. */
  keepAlive(): void {
    this.flush();
    const slot = this.#slot;
    this.#slot = (slot + 1) % this.#options.keepAliveSlots;
    const { last } = this.#published.ring;
    const chunkOf = (sequence: number) => Buffer.from(keepAliveText(this.#published.cursor(sequence)));
    const usual = chunkOf(last);
    for (const client of this.all()) {
      if (client.slot !== slot) continue;
      const { servedThrough, position, sink } = client;
      if (position === LIVE) this.#write(client, servedThrough > last ? chunkOf(servedThrough) : usual);
      else if (position === HELD && !sink.writableNeedDrain) sink.write(COMMENT);
    }
  }

  #flushGroup(group: Group, { from, to, least }: Tick): void {
    const { chunk, bytes } = group.join(this.#published.ring, from, to, Number.POSITIVE_INFINITY);
    if (!chunk) return;
    group.bytes += bytes;
    const { clients } = group;
    // From the end: one that is dropped gives its place to the last.
    for (let index = clients.length - 1; index >= 0; index--) {
      const client = clients[index]!;
      if (client.position !== LIVE) this.#dropIfSlow(client);
      else if (client.servedThrough < least) this.#write(client, chunk);
      else this.#flushApart(client, from, bytes);
    }
  }

  /** It has some of this tick's events already, from a snapshot or from the store. */
  #flushApart(client: Client, from: number, bytes: number): void {
    client.position = from;
    client.servedBytes = client.group.bytes - bytes;
    this.#catchUp(client);
  }

  #dropIfSlow(client: Client): void {
    const isLost = client.position !== HELD && client.position < this.#published.ring.first;
    if (isLost || client.group.bytes - client.servedBytes > this.#options.maxLagBytes) this.drop(client);
  }

  drop(client: Client): void {
    this.dropped++;
    this.close(client);
    this.#dropClient(client);
  }

  /** To a LIVE client; one that cannot take more waits at this place of the ring. */
  #write(client: Client, chunk: Buffer): void {
    if (client.sink.write(chunk)) return;
    client.position = this.#published.ticked;
    client.servedBytes = client.group.bytes;
  }

  #catchUp(client: Client): void {
    const { ring, ticked } = this.#published;
    while (client.position < ticked) {
      if (client.position < ring.first) {
        this.drop(client);
        return;
      }
      const joined = client.group.join(ring, client.position, ticked, CATCH_UP_BYTES, client);
      client.position = joined.to;
      client.servedBytes += joined.bytes;
      if (joined.chunk && !client.sink.write(joined.chunk)) return;
    }
    client.position = LIVE;
  }
}
