/** Tells events to one client alone: they share its connection and its bound with what all are told, but have no id. */
import type { Broadcast } from "./broadcast.ts";
import type { Client } from "./client.ts";
import type { Told } from "./event-text.ts";
import { OwnEvents } from "./own-events.ts";
import type { DeliveryClass } from "./published.ts";

export class OwnBroadcast {
  /** in = told + dropped + held, of the events that a client's filters select. */
  readonly counts = { in: 0, told: 0, dropped: { coalesced: 0, gone: 0 } };
  readonly #broadcast: Broadcast;
  readonly #maxLagBytes: number;
  readonly #waiting = new Map<Client, OwnEvents>();

  constructor(broadcast: Broadcast, maxLagBytes: number) {
    this.#broadcast = broadcast;
    this.#maxLagBytes = maxLagBytes;
  }

  get held(): number {
    return [...this.#waiting.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** True asks for a `flush` at the end of this tick. Throws where the value has no JSON, or is longer than a client may lag. */
  publish(client: Client, told: Told, delivery: DeliveryClass): boolean {
    if (client.index < 0 || !client.group.selects(told.topic)) return false;
    const chunk = Buffer.from(client.group.form.text(told));
    if (chunk.length > this.#maxLagBytes) {
      throw new RangeError(`an event of ${chunk.length} bytes is longer than a browser may lag (${this.#maxLagBytes})`);
    }
    const waiting = this.#waiting.get(client) ?? new OwnEvents();
    this.#waiting.set(client, waiting);
    this.counts.in++;
    if (waiting.add(told.topic, chunk, delivery)) this.counts.dropped.coalesced++;
    if (waiting.bytes > this.#maxLagBytes) this.#relieve(client);
    return true;
  }

  /** A burst within one tick is no lag. */
  #relieve(client: Client): void {
    this.#write(client);
    if (this.#waiting.has(client)) this.#broadcast.drop(client);
  }

  /** Writes what waits, but for clients whose connections take no more. */
  flush(): void {
    for (const client of this.#waiting.keys()) this.#write(client);
  }

  /** A client's connection takes bytes again. */
  drained(client: Client): void {
    if (this.#waiting.has(client)) this.#write(client);
  }

  /** Idempotent. */
  close(client: Client): void {
    this.counts.dropped.gone += this.#waiting.get(client)?.size ?? 0;
    this.#waiting.delete(client);
  }

  #write(client: Client): void {
    if (client.index < 0) this.close(client);
    else if (!client.sink.writableNeedDrain) this.#tell(client, this.#waiting.get(client)!);
  }

  #tell(client: Client, waiting: OwnEvents): void {
    this.#waiting.delete(client);
    this.counts.told += waiting.size;
    this.#broadcast.tell(client, waiting.take());
  }
}
