/** A bound UDP socket whose errors are heard and whose sends never throw. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Address } from "../../lib/handshake/address.ts";

export interface UdpListener {
  datagram(bytes: Buffer, from: Address): void;
  /** Such as "nobody is there", told by the network of an earlier send. */
  fault?(error: NodeJS.ErrnoException): void;
}

export interface UdpPlace {
  /** An IP address; `::` takes IPv4 too. */
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The receive buffer to ask for; the system may grant less. */
  readonly receiveBytes?: number;
}

export type Sent = (error: Error | null) => void;

/** Addresses are numbers here: nothing is to be looked up, and a connect is done when it returns. */
const lookup = (address: string, family: unknown, done: (...words: unknown[]) => void) =>
  done(null, address, family === 6 ? 6 : 4);

export class UdpSocket {
  readonly #socket: Socket;
  #remote: Address | null = null;
  #closing: Promise<void> | null = null;

  /** Rejects where the address cannot be had. */
  static async open(place: UdpPlace, listener: UdpListener): Promise<UdpSocket> {
    const type = isIPv6(place.address) ? "udp6" : "udp4";
    const socket = createSocket({ type, lookup: lookup as never });
    const opened = once(socket, "listening");
    socket.bind({ address: place.address, port: place.port, exclusive: true });
    await opened;
    if (place.receiveBytes !== undefined) askForBuffer(socket, place.receiveBytes);
    return new UdpSocket(socket, listener);
  }

  constructor(socket: Socket, listener: UdpListener) {
    this.#socket = socket;
    socket.on("error", (error) => listener.fault?.(error));
    socket.on("message", (bytes, { address, port }) => listener.datagram(bytes, { address, port }));
  }

  /** Where it is; on every address of the machine until it has a peer. */
  get local(): Address {
    const { address, port } = this.#socket.address();
    return { address, port };
  }

  get remote(): Address | null {
    return this.#remote;
  }

  /** Bytes, as the system counts them. */
  get receiveBytes(): number {
    return this.#closing ? 0 : this.#socket.getRecvBufferSize();
  }

  /** Datagrams that the system has not taken yet. */
  get queued(): number {
    return this.#closing ? 0 : this.#socket.getSendQueueCount();
  }

  /** Takes and sends datagrams of this peer only. False where there is no way to it. */
  connect(remote: Address): boolean {
    this.disconnect();
    // The callback comes in a later turn, but the peer is set, or is not, when the call returns.
    this.#socket.connect(remote.port, remote.address, () => undefined);
    if (isConnected(this.#socket)) this.#remote = remote;
    return this.#remote !== null;
  }

  disconnect(): void {
    if (!this.#remote || this.#closing) return;
    this.#remote = null;
    this.#socket.disconnect();
  }

  /** To the connected peer, or to the given one while there is none. */
  send(bytes: Uint8Array, to: Address, sent?: Sent): void {
    if (this.#closing) sent?.(new Error("the socket is closed"));
    else if (this.#remote) this.#socket.send(bytes, sent as never);
    else this.#socket.send(bytes, to.port, to.address, sent as never);
  }

  /** Idempotent; resolves when the port is free. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#socket.close(resolve);
    });
    return this.#closing;
  }
}

function isConnected(socket: Socket): boolean {
  try {
    return socket.remoteAddress().port > 0;
  } catch {
    return false;
  }
}

/** A system that refuses the size keeps its own. */
function askForBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // What was granted is reported either way.
  }
}
