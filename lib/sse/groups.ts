/** All connected clients, by group: a group lives as long as it has a client. */
import { Client, type ClientSink } from "./client.ts";
import type { EventForm } from "./event-form.ts";
import { Group } from "./group.ts";

export class Groups {
  readonly #groups = new Map<string, Group>();
  clients = 0;
  readonly #slots: number;
  #opened = 0;

  /** Clients are spread over so many parts of a keep-alive round. */
  constructor(slots: number) {
    this.#slots = slots;
  }

  get size(): number {
    return this.#groups.size;
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.#groups.values();
  }

  open(sink: ClientSink, filters: readonly string[], form: EventForm, liveFrom: number): Client {
    const key = Group.keyOf(filters, form);
    let group = this.#groups.get(key);
    if (!group) {
      group = new Group(key, filters, form);
      this.#groups.set(key, group);
    }
    const client = new Client(sink, group, liveFrom, this.#opened++ % this.#slots);
    group.add(client);
    this.clients++;
    return client;
  }

  /** Idempotent. */
  close(client: Client): void {
    const { group } = client;
    if (client.index < 0) return;
    group.remove(client);
    this.clients--;
    if (group.clients.length === 0) this.#groups.delete(group.key);
  }

  /** Each may be closed meanwhile. */
  *all(): Iterable<Client> {
    for (const group of [...this.#groups.values()]) yield* [...group.clients];
  }
}
