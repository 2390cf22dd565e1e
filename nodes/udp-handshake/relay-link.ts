/** One lease of role client: its two sockets, from HELLO to the last RUNNING. */
import { lookup } from "node:dns/promises";
import type { Peer } from "../../lib/handshake/address.ts";
import { type ClientEvent, type ClientOptions, HandshakeClient } from "../../lib/handshake/client.ts";
import { decodeElement, type Element } from "../../lib/handshake/element.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { addOwnRelay } from "./own-relays.ts";
import { PeerSocket } from "./peer-socket.ts";
import { RECEIVE_BYTES } from "./role.ts";

export interface LinkListener {
  element(element: Element): void;
  attempt(attempt: number): void;
  answered(): void;
  receiving(): void;
  lost(reason: "silent" | "unreachable"): void;
  /** Such as a name that nobody knows. */
  fault(fault: Error): void;
}

export class RelayLink {
  /** datagrams = elements + malformed */
  readonly counts = { datagrams: 0, malformed: 0, unreachable: 0 };
  readonly core: HandshakeClient;
  readonly #peer: Peer;
  readonly #listener: LinkListener;
  readonly #driver: Driver<ClientEvent>;
  readonly #handshake: PeerSocket;
  readonly #data: PeerSocket;
  #server: Promise<{ readonly address: string }> | null = null;
  #closed = false;

  /** The next link of the same name has the ports of this one. */
  constructor(name: string, peer: Peer, options: ClientOptions, listener: LinkListener) {
    this.#peer = peer;
    this.#listener = listener;
    this.core = new HandshakeClient(options);
    this.#driver = drive(this.core, (event) => this.#perform(event));
    const answer = (bytes: Buffer) => this.#driver.run(this.core.receive(bytes, now()));
    const data = { datagram: (bytes: Buffer) => this.#receive(bytes), fault: () => this.#unreachable() };
    this.#handshake = new PeerSocket(`${name} handshake`, { datagram: answer }, addOwnRelay);
    this.#data = new PeerSocket(`${name} data`, data, addOwnRelay);
  }

  get receiveBytes(): number {
    return this.#data.receiveBytes;
  }

  connect(): void {
    this.#driver.run(this.core.connect(now()));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.core.disconnect();
    this.#driver.stop();
    await Promise.all([this.#handshake.close(), this.#data.close()]);
  }

  /** Hot: a datagram that changes nothing sets no timer. */
  #receive(bytes: Buffer): void {
    this.counts.datagrams++;
    const events = this.core.receiveData(now());
    if (events.length > 0) this.#driver.run(events);
    const element = decodeElement(bytes);
    if (element) this.#listener.element(element);
    else this.counts.malformed++;
  }

  #unreachable(): void {
    this.counts.unreachable++;
    this.core.unreachable(now());
    this.#driver.run([]);
  }

  #perform(event: ClientEvent): void {
    if (event.type === "hello") this.#call(event.attempt, event.bytes);
    else if (event.type === "confirm") this.#send(this.#handshake, this.#peer.port, event.bytes);
    else if (event.type === "data") this.#send(this.#data, event.port, event.bytes, RECEIVE_BYTES);
    else if (event.type === "answered") this.#listener.answered();
    else if (event.type === "lost") this.#listener.lost(event.reason);
    else {
      // The handshake is over; its port is taken again where one is needed.
      void this.#handshake.close();
      this.#listener.receiving();
    }
  }

  #call(attempt: number, bytes: Buffer): void {
    // Each attempt asks anew where the server is.
    this.#server = null;
    this.#listener.attempt(attempt);
    this.#send(this.#handshake, this.#peer.port, bytes);
  }

  #send(socket: PeerSocket, port: number, bytes: Buffer, receiveBytes?: number): void {
    this.#server ??= lookup(this.#peer.host, { order: "ipv4first" });
    this.#server
      .then(async ({ address }) => {
        if (!this.#closed) await socket.send({ address, port }, bytes, receiveBytes);
      })
      .catch((fault: Error) => {
        if (!this.#closed) this.#listener.fault(fault);
      });
  }
}
