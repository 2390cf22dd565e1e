/** What goes to one client: at once while its socket takes it, else by way of a bounded backlog. */
import type { Address } from "../../lib/handshake/address.ts";
import { Backlog, type DeliveryClass } from "../../lib/handshake/backlog.ts";
import type { Sent, UdpSocket } from "./udp-socket.ts";

export interface OutflowOptions {
  readonly delivery: DeliveryClass;
  /** Elements that may wait. */
  readonly most: number;
}

type OutSocket = Pick<UdpSocket, "send" | "queued">;

/** Datagrams that the system may still have to send before the next ones wait here. */
const MOST_UNDER_WAY = 16;
/**
 * A send that is answered costs half as much again as one that is not (benchmark `udp-10-clients`), and the system
 * nearly always takes what it is given: one in so many is answered, and all of them once one went wrong or had to wait.
 */
const ANSWERED_EVERY = 128;

export class Outflow {
  /** offered = sent + failed + coalesced + full + closed + held, once the system has answered. */
  readonly counts = { offered: 0, sent: 0, failed: 0, closed: 0 };
  target: Address;
  readonly #socket: OutSocket;
  readonly #backlog: Backlog;
  readonly #answeredEvery: number;
  /** Sends that may go unanswered before the next one must be. */
  #trust: number;
  /** Answers that must be good before there is trust again. */
  #wary = 0;
  #awaited = 0;

  constructor(socket: OutSocket, target: Address, { delivery, most }: OutflowOptions, answeredEvery = ANSWERED_EVERY) {
    this.#socket = socket;
    this.#backlog = new Backlog(delivery, most);
    this.#answeredEvery = answeredEvery;
    this.#trust = answeredEvery - 1;
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
    if (this.#trust > 0) {
      this.#trust--;
      this.counts.sent++;
      this.#socket.send(bytes, this.target);
    } else if (this.#mustWait()) this.#backlog.put(name, bytes);
    else this.#send(bytes);
  }

  /** What waits is dropped. */
  close(): void {
    this.counts.closed += this.#backlog.clear();
  }

  /** Only behind one whose answer will let it go on. */
  #mustWait(): boolean {
    return this.#backlog.size > 0 || (this.#awaited > 0 && this.#socket.queued >= MOST_UNDER_WAY);
  }

  #send(bytes: Buffer): void {
    this.#awaited++;
    this.#socket.send(bytes, this.target, this.#answered);
  }

  /** One function for all datagrams: a busy client makes no closures. */
  readonly #answered: Sent = (error) => {
    this.#awaited--;
    if (error) {
      this.counts.failed++;
      this.#wary = this.#answeredEvery;
    } else {
      this.counts.sent++;
      if (this.#wary > 0) this.#wary--;
    }
    while (this.#backlog.size > 0 && this.#socket.queued < MOST_UNDER_WAY) this.#send(this.#backlog.take()!);
    if (this.#backlog.size === 0 && this.#wary === 0 && this.#socket.queued === 0)
      this.#trust = this.#answeredEvery - 1;
  };
}
