/** Requests and their replies: each has a connection of its own, and not too many are open at once. */
import { join } from "../../lib/mesh-client/bytes.ts";
import { MeshFault } from "../../lib/mesh-client/replies.ts";
import type { Link, Transport } from "./link.ts";

const MOST_OPEN = 8;
const MOST_WAITING = 1_000;

export class Asking {
  readonly #transport: Transport;
  readonly #waiting: (() => void)[] = [];
  readonly #open = new Set<Exchange>();
  #isClosed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The whole reply. Rejects with MeshFault. */
  async ask(request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (this.#waiting.length >= MOST_WAITING) throw new MeshFault("busy", `${MOST_WAITING} requests wait already`);
    if (this.#open.size >= MOST_OPEN) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#isClosed) throw closedFault();
    const exchange = new Exchange(this.#transport, request, timeoutMs);
    this.#open.add(exchange);
    return exchange.reply.finally(() => {
      this.#open.delete(exchange);
      this.#waiting.shift()?.();
    });
  }

  /** Requests under way, and those that wait for one to end, are rejected. */
  close(): void {
    this.#isClosed = true;
    for (const exchange of this.#open) exchange.fail(closedFault());
  }
}

function closedFault(): MeshFault {
  return new MeshFault("closed", "the client was closed");
}

/** One request on a connection of its own. */
class Exchange {
  readonly reply: Promise<Uint8Array>;
  readonly #isFramed: boolean;
  readonly #link: Link;
  readonly #timer: ReturnType<typeof setTimeout>;
  #heard: Uint8Array = new Uint8Array();
  #resolve: (reply: Uint8Array) => void = () => {};
  #reject: (fault: MeshFault) => void = () => {};

  constructor(transport: Transport, request: Uint8Array, timeoutMs: number) {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#isFramed = transport.isFramed;
    this.#timer = setTimeout(() => this.fail(new MeshFault("timeout", `no reply in ${timeoutMs} ms`)), timeoutMs);
    this.#link = transport.open({
      opened: () => this.#send(request),
      received: (bytes) => this.#receive(bytes),
      closed: (fault) => this.#closed(fault),
    });
  }

  fail(fault: MeshFault): void {
    this.#finish();
    this.#reject(fault);
  }

  #send(request: Uint8Array): void {
    this.#link.send(request);
    this.#link.end();
  }

  #receive(bytes: Uint8Array): void {
    this.#heard = join(this.#heard, bytes);
    if (this.#isFramed) this.#succeed();
  }

  #closed(fault: string | null): void {
    if (fault === null && !this.#isFramed) this.#succeed();
    else this.fail(new MeshFault("lost", fault ?? "the gateway closed the connection without an answer"));
  }

  #succeed(): void {
    this.#finish();
    this.#resolve(this.#heard);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#link.close();
  }
}
