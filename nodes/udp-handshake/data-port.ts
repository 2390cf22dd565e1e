/** One port of the pool: its socket, and the client that it serves now. */
import { shown } from "../../lib/handshake/address.ts";
import type { Lease } from "../../lib/handshake/slot.ts";
import type { HeldSocket } from "./open-port.ts";
import { Outflow, type OutflowOptions } from "./outflow.ts";

/** A client as the list shows it; times are milliseconds since 1970. */
export interface ClientRow {
  readonly address: string;
  readonly port: number;
  readonly dataPort: number;
  readonly since: number;
  readonly lastRunning: number | null;
  readonly sent: number;
  readonly dropped: number;
  readonly held: number;
  /** Its socket is one of this process: it counts against no limit. */
  readonly internal: boolean;
}

interface Served {
  readonly outflow: Outflow;
  readonly since: number;
  lease: Lease;
  lastRunning: number | null;
}

export class DataPort {
  readonly #held: HeldSocket;
  #served: Served | null = null;

  constructor(held: HeldSocket) {
    this.#held = held;
  }

  get outflow(): Outflow | null {
    return this.#served?.outflow ?? null;
  }

  serve(lease: Lease, since: number, options: OutflowOptions): void {
    const outflow = new Outflow(this.#held.socket, lease.target, options);
    this.#served = { outflow, since, lease, lastRunning: null };
    this.follow(lease);
  }

  /** The socket takes and sends this client's datagrams only, once it is known where they come from. */
  follow(lease: Lease): void {
    if (!this.#served) return;
    this.#served.lease = lease;
    this.#served.outflow.target = lease.target;
    if (lease.followed) this.#held.socket.connect(lease.target);
  }

  heard(at: number): void {
    if (this.#served) this.#served.lastRunning = at;
  }

  /** The client is gone; gives what became of its elements. */
  free(): Outflow | null {
    const { outflow } = this;
    outflow?.close();
    this.#held.socket.disconnect();
    this.#served = null;
    return outflow;
  }

  /** Null while it serves nobody. */
  row(): ClientRow | null {
    if (!this.#served) return null;
    const { outflow, since, lease, lastRunning } = this.#served;
    return {
      ...shown(lease.target),
      dataPort: lease.port,
      since,
      lastRunning,
      sent: outflow.counts.sent,
      dropped: Object.values(outflow.dropped).reduce((sum, count) => sum + count, 0),
      held: outflow.held,
      internal: lease.internal,
    };
  }

  close(): Promise<void> {
    return this.#held.close();
  }
}
