/** What goes to one client: at once while its socket takes it, else by way of a bounded backlog. */
import type { Address } from "../../lib/handshake/address.ts";
import { Backlog, type DeliveryClass } from "../../lib/handshake/backlog.ts";
import type { Sent, UdpSocket } from "./udp-socket.ts";

export interface OutflowOptions {
  readonly delivery: DeliveryClass;
  /** Elements that may wait. */
  readonly most: number;
}

/** Datagrams that the system may still have to send before the next ones wait here. */
const MOST_UNDER_WAY = 16;

export class Outflow {
  /** offered = sent + failed + coalesced + full + closed + held, once the system has answered for all it took. */
  readonly counts = { offered: 0, sent: 0, failed: 0, closed: 0 };
  readonly #socket: Pick<UdpSocket, "send" | "queued">;
  readonly #backlog: Backlog;
  target: Address;

  constructor(socket: Pick<UdpSocket, "send" | "queued">, target: Address, { delivery, most }: OutflowOptions) {
    this.#socket = socket;
    this.#backlog = new Backlog(delivery, most);
    this.target = target;
  }

  get held(): number {
    return this.#backlog.size;
  }

  get dropped(): { failed: number; closed: number; coalesced: number; full: number } {
    return { failed: this.counts.failed, closed: this.counts.closed, ...this.#backlog.counts };
  }

  offer(name: string, bytes: Buffer): void {
    this.counts.offered++;
    if (this.#backlog.size > 0 || this.#socket.queued >= MOST_UNDER_WAY) this.#backlog.put(name, bytes);
    else this.#socket.send(bytes, this.target, this.#sent);
  }

  /** What waits is dropped. */
  close(): void {
    this.counts.closed += this.#backlog.clear();
  }

  /** One function for all datagrams: a busy client makes no closures. */
  readonly #sent: Sent = (error) => {
    if (error) this.counts.failed++;
    else this.counts.sent++;
    if (this.#backlog.size > 0) this.#pump();
  };

  #pump(): void {
    while (this.#socket.queued < MOST_UNDER_WAY) {
      const bytes = this.#backlog.take();
      if (!bytes) return;
      this.#socket.send(bytes, this.target, this.#sent);
    }
  }
}
