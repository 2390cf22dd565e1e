/** The data ports of a server: bound as long as it runs, each for one client at a time. */
import type { Address } from "../../lib/handshake/address.ts";
import type { Lease } from "../../lib/handshake/slot.ts";
import type { Holder } from "../shared/held-ports.ts";
import { type ClientRow, DataPort } from "./data-port.ts";
import { openPort } from "./open-port.ts";
import type { Outflow, OutflowOptions } from "./outflow.ts";

interface PoolPlace {
  readonly address: string;
  readonly pool: readonly number[];
}

type Receive = (port: number, bytes: Buffer, from: Address) => void;

export class DataPorts {
  /** Why some ports of the pool are not there. */
  readonly faults: Error[] = [];
  readonly #options: OutflowOptions;
  readonly #ports = new Map<number, DataPort>();
  /** Of clients that have left. */
  readonly #gone = { sent: 0, failed: 0, closed: 0, coalesced: 0, full: 0 };
  #outflows: Outflow[] = [];

  constructor(options: OutflowOptions) {
    this.#options = options;
  }

  /** Takes what it can get of the pool. */
  async open({ address, pool }: PoolPlace, receive: Receive, holder: Holder): Promise<void> {
    for (const port of pool) {
      const datagram = (bytes: Buffer, from: Address) => receive(port, bytes, from);
      await openPort({ address, port }, { datagram }, holder).then(
        (held) => this.#ports.set(port, new DataPort(held)),
        (fault: Error) => this.faults.push(fault),
      );
    }
  }

  numbers(): number[] {
    return [...this.#ports.keys()];
  }

  rows(): ClientRow[] {
    return [...this.#ports.values()].flatMap((port) => port.row() ?? []);
  }

  /** Elements by what became of them, over all clients that are and were. */
  totals() {
    const sum = { ...this.#gone };
    for (const outflow of this.#outflows) add(sum, outflow);
    return sum;
  }

  get held(): number {
    return this.#outflows.reduce((sum, { held }) => sum + held, 0);
  }

  serve(lease: Lease, since: number): void {
    this.#ports.get(lease.port)?.serve(lease, since, this.#options);
    this.#collect();
  }

  follow(lease: Lease): void {
    this.#ports.get(lease.port)?.follow(lease);
  }

  heard(lease: Lease, at: number): void {
    this.#ports.get(lease.port)?.heard(at);
  }

  free(lease: Lease): void {
    const outflow = this.#ports.get(lease.port)?.free();
    if (outflow) add(this.#gone, outflow);
    this.#collect();
  }

  offer(name: string, bytes: Buffer): void {
    for (const outflow of this.#outflows) outflow.offer(name, bytes);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ports.values()].map((port) => port.close()));
  }

  #collect(): void {
    this.#outflows = [...this.#ports.values()].flatMap(({ outflow }) => outflow ?? []);
  }
}

function add(sum: { sent: number; failed: number; closed: number; coalesced: number; full: number }, one: Outflow) {
  sum.sent += one.counts.sent;
  for (const [reason, count] of Object.entries(one.dropped)) sum[reason as keyof typeof one.dropped] += count;
}
