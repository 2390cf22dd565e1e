/** The clients that ask for the same topics in the same form: what is joined once for a tick serves them all. */
import { compileFilters } from "../store/topic.ts";
import type { Client } from "./client.ts";
import type { EventForm } from "./event-form.ts";
import type { Ring, RingEvent } from "./ring.ts";

interface Joined {
  /** Null where no event is for this group. */
  readonly chunk: Buffer | null;
  /** Index after the last event looked at. */
  readonly to: number;
  /** Bytes of the events that the group's filters select, left out ones included. */
  readonly bytes: number;
}

export class Group {
  readonly key: string;
  readonly filters: readonly string[];
  readonly form: EventForm;
  readonly clients: Client[] = [];
  /** Bytes flushed to this group since it began. */
  bytes = 0;
  readonly selects: (topic: string) => boolean;

  constructor(key: string, filters: readonly string[], form: EventForm) {
    this.key = key;
    this.filters = filters;
    this.form = form;
    this.selects = compileFilters(filters);
  }

  static keyOf(filters: readonly string[], form: EventForm): string {
    return `${form.name} ${JSON.stringify([...new Set(filters)].sort())}`;
  }

  add(client: Client): void {
    client.index = this.clients.length;
    this.clients.push(client);
  }

  /** The last client takes the place of the one that leaves. */
  remove(client: Client): void {
    if (this.clients[client.index] !== client) return;
    const last = this.clients.pop()!;
    if (last !== client) {
      this.clients[client.index] = last;
      last.index = client.index;
    }
    client.index = -1;
  }

  /** Joins the ring's events for all clients, or what one client lacks of them, up to about `maxBytes`. */
  join(ring: Ring, from: number, end: number, maxBytes: number, client?: Client): Joined {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let to = from;
    while (to < end && bytes < maxBytes) {
      const event = ring.at(to);
      if (event.chunk.length > 0 && this.selects(event.topic)) {
        const chunk = this.form.chunkOf(event.chunk);
        bytes += chunk.length;
        if (!client || lacks(client, event, to)) chunks.push(chunk);
      }
      to++;
    }
    return { chunk: joinChunks(chunks), to, bytes };
  }
}

function lacks(client: Client, event: RingEvent, index: number): boolean {
  return event.sequence === 0 ? index >= client.liveFrom : event.sequence > client.servedThrough;
}

/** A single chunk is not copied. */
function joinChunks(chunks: readonly Buffer[]): Buffer | null {
  if (chunks.length === 0) return null;
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
