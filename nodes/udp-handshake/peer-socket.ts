/** A socket to one peer, opened with the first datagram, from a local port that stays the same while this process runs. */
import { isIPv6 } from "node:net";
import { type Address, keyOf } from "../../lib/handshake/address.ts";
import { type UdpListener, UdpSocket } from "./udp-socket.ts";

/** Over closings and redeploys: a server knows its clients by their addresses and ports. */
const localPorts = new Map<string, number>();

/** Nobody takes up the ports of a node that is removed: the names of its sockets begin with its id. */
export function forgetPorts(id: string): void {
  for (const name of [...localPorts.keys()]) if (name.startsWith(`${id} `)) localPorts.delete(name);
}

interface Open {
  readonly remote: Address;
  readonly socket: UdpSocket;
  close(): Promise<void>;
}

export class PeerSocket {
  readonly #name: string;
  readonly #listener: UdpListener;
  readonly #own: (local: Address) => () => void;
  /** One step after the other: a socket is closed before its port is taken again. */
  #work: Promise<unknown> = Promise.resolve();
  #open: Open | null = null;
  #closed = false;

  /** `own` says of its address that it is one of this process, until what it returns is called. */
  constructor(name: string, listener: UdpListener, own: (local: Address) => () => void) {
    this.#name = name;
    this.#listener = listener;
    this.#own = own;
  }

  get receiveBytes(): number {
    return this.#open?.socket.receiveBytes ?? 0;
  }

  send(remote: Address, bytes: Buffer, receiveBytes?: number): Promise<void> {
    this.#closed = false;
    return this.#next(async () => {
      if (this.#closed) return;
      if (!this.#open || keyOf(this.#open.remote) !== keyOf(remote)) await this.#reopen(remote, receiveBytes);
      this.#open?.socket.send(bytes, remote);
    });
  }

  /** Idempotent. What is to be sent still is not. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#next(() => this.#shut());
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#work.then(step);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #reopen(remote: Address, receiveBytes?: number): Promise<void> {
    await this.#shut();
    const socket = await this.#bind(isIPv6(remote.address) ? "::" : "0.0.0.0", receiveBytes);
    if (!socket.connect(remote)) {
      await socket.close();
      throw new Error(`there is no way to ${remote.address}`);
    }
    localPorts.set(this.#name, socket.local.port);
    const disown = this.#own(socket.local);
    const close = () => {
      disown();
      return socket.close();
    };
    this.#open = { remote, socket, close };
  }

  async #bind(address: string, receiveBytes?: number): Promise<UdpSocket> {
    const options = receiveBytes === undefined ? {} : { receiveBytes };
    const port = localPorts.get(this.#name) ?? 0;
    try {
      return await UdpSocket.open({ address, port, ...options }, this.#listener);
    } catch (error) {
      if (port === 0) throw error;
      // Another program has it by now.
      return UdpSocket.open({ address, port: 0, ...options }, this.#listener);
    }
  }

  async #shut(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.close();
  }
}
