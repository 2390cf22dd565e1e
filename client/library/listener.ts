/** Keeps the listening connection: gives its core a clock, a timer and connections. */
import { Listening, type ListeningEvent } from "../../lib/mesh-client/listening.ts";
import type { Push } from "../../lib/mesh-client/pushes.ts";
import { type Driver, drive, now } from "../../nodes/shared/drive.ts";
import type { Link, LinkListener, Transport } from "./link.ts";

export interface ListenerCalls {
  opened(): void;
  lost(reason: string): void;
  pushed(push: Push): void;
}

export class Listener {
  readonly #transport: Transport;
  readonly #calls: ListenerCalls;
  readonly #core = new Listening(now(), { jitter: Math.random });
  readonly #driver: Driver<ListeningEvent>;
  #link: Link | null = null;

  constructor(transport: Transport, calls: ListenerCalls) {
    this.#transport = transport;
    this.#calls = calls;
    this.#driver = drive(this.#core, (event) => this.#perform(event));
  }

  get isLive(): boolean {
    return this.#link !== null && this.#core.isLive;
  }

  /** Tries at once where it was waiting. */
  hurry(): void {
    this.#core.hurry(now());
    this.#driver.run([]);
  }

  close(): void {
    this.#driver.stop();
    this.#disconnect();
  }

  #perform(event: ListeningEvent): void {
    if (event.type === "connect") this.#connect();
    else if (event.type === "disconnect") this.#disconnect();
    else if (event.type === "send") this.#link?.send(event.bytes);
    else if (event.type === "opened") this.#calls.opened();
    else if (event.type === "lost") this.#calls.lost(event.reason);
    else this.#calls.pushed(event.push);
  }

  /** A link that was given up may still say something: only the present one is heard. */
  #connect(): void {
    const ifPresent = (receive: () => readonly ListeningEvent[]) => {
      if (this.#link === link) this.#driver.run(receive());
    };
    const listener: LinkListener = {
      opened: () => ifPresent(() => this.#core.connected(now())),
      received: (bytes) => ifPresent(() => this.#core.receive(bytes, now())),
      closed: (fault) => ifPresent(() => this.#core.closed(fault ?? "the gateway closed the connection", now())),
    };
    const link = this.#transport.open(listener);
    this.#link = link;
  }

  #disconnect(): void {
    const link = this.#link;
    this.#link = null;
    link?.close();
  }
}
