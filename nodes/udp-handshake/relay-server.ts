/** Role server: answers the handshakes of udp relays, and sends every element to every confirmed client. */
import { isIPv6 } from "node:net";
import { type Address, shown } from "../../lib/handshake/address.ts";
import type { Element } from "../../lib/handshake/element.ts";
import { HandshakeServer, type ServerEvent } from "../../lib/handshake/server.ts";
import type { Lease } from "../../lib/handshake/slot.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import type { Holder } from "../shared/held-ports.ts";
import { DataPorts } from "./data-ports.ts";
import { Datagrams } from "./datagrams.ts";
import type { KeptLease, LeaseKeeper } from "./lease-keeper.ts";
import { type HeldSocket, openPort, PortFault } from "./open-port.ts";
import { Opening } from "./opening.ts";
import { isInternal, watchOwnRelays } from "./own-relays.ts";
import type { ServerNodeOptions } from "./read-options.ts";
import { type Listener, RECEIVE_BYTES } from "./role.ts";

/** What stands while the ports are open. */
interface Open {
  readonly handshake: HeldSocket;
  readonly ports: DataPorts;
  readonly core: HandshakeServer;
  readonly driver: Driver<ServerEvent>;
}

export class RelayServer {
  /** in = encoded + oversize + starting + invalid */
  readonly counts = { in: 0, starting: 0, invalid: 0 };
  readonly datagrams: Datagrams;
  readonly #options: ServerNodeOptions;
  readonly #keeper: LeaseKeeper;
  readonly #holder: Holder;
  readonly #listener: Listener;
  readonly #opening: Opening;
  readonly #unwatch: () => void;
  #open: Open | null = null;
  #closed = false;

  constructor(options: ServerNodeOptions, keeper: LeaseKeeper, holder: Holder, listener: Listener) {
    this.#options = options;
    this.#keeper = keeper;
    this.#holder = holder;
    this.#listener = listener;
    this.datagrams = new Datagrams(options, (element, bytes) =>
      listener.notice("long", { element, bytes, warnBytes: options.warnBytes }),
    );
    this.#unwatch = watchOwnRelays((left) => this.#open?.driver.run(this.#open.core.leave(left)));
    this.#opening = new Opening(() => this.#start(), listener.fault);
  }

  /** Null while the ports are not open. */
  get state(): { readonly core: HandshakeServer; readonly ports: DataPorts; readonly receiveBytes: number } | null {
    return this.#open && { ...this.#open, receiveBytes: this.#open.handshake.socket.receiveBytes };
  }

  /**
   * Every element to every client; returns the fault of one that no datagram can hold. `invalid`: how many came beside
   * them that are no elements.
   */
  tell(elements: readonly Element[], invalid = 0): Error | undefined {
    this.counts.in += elements.length + invalid;
    this.counts.invalid += invalid;
    if (elements.length === 0) return undefined;
    if (!this.#open) {
      this.counts.starting += elements.length;
      return undefined;
    }
    const { core, driver } = this.#open;
    const ended = core.sending(now());
    if (ended.length > 0) driver.run(ended);
    let fault: Error | undefined;
    for (const element of elements) fault = this.#tellOne(element, this.#open.ports) ?? fault;
    return fault;
  }

  /** `forget` where nobody takes the leases up any more. */
  async close(forget: boolean): Promise<void> {
    this.#closed = true;
    this.#unwatch();
    this.#open?.driver.stop();
    if (forget) for (const { port } of this.#open?.core.leases() ?? []) this.#keeper.forget(port);
    await this.#opening.close();
    await this.#keeper.settle();
  }

  #tellOne(element: Element, ports: DataPorts): Error | undefined {
    try {
      ports.offer(element.name, this.datagrams.of(element));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async #start(): Promise<() => Promise<void>> {
    const { address, handshakePort } = this.#options;
    const place = { address, port: handshakePort, receiveBytes: RECEIVE_BYTES };
    const datagram = (bytes: Buffer, from: Address) => this.#receive(bytes, from);
    const handshake = await openPort(place, { datagram }, this.#holder);
    const ports = new DataPorts(this.#options.outflow);
    const close = async () => {
      this.#open = null;
      await Promise.all([handshake.close(), ports.close()]);
    };
    try {
      await ports.open(this.#options, (port, bytes, from) => this.#receive(bytes, from, port), this.#holder);
      await this.#begin(handshake, ports);
      return close;
    } catch (error) {
      await close();
      throw error;
    }
  }

  async #begin(handshake: HeldSocket, ports: DataPorts): Promise<void> {
    const pool = ports.numbers();
    const { faults } = ports;
    if (pool.length === 0) throw faults[0]!;
    if (faults.length > 0)
      this.#listener.fault(new PortFault("pool", `${faults[0]!.message}; ${pool.length} are left`));
    const core = new HandshakeServer({ ...this.#options, pool }, now());
    // Leases first: whoever says HELLO must not be given a port that a client still has.
    const kept = await this.#keeper.load().catch((fault: Error) => {
      if (this.#closed) throw fault;
      this.#listener.fault(fault);
      return [];
    });
    this.#restore(core, ports, kept);
    this.#open = { handshake, ports, core, driver: drive(core, (event) => this.#perform(event)) };
    this.#listener.opened(handshake.socket.receiveBytes);
    this.#listener.changed();
  }

  #restore(core: HandshakeServer, ports: DataPorts, kept: readonly KeptLease[]): void {
    const isV6 = isIPv6(this.#options.address);
    const misfits = kept.filter(({ target }) => isIPv6(target.address) !== isV6);
    const refused = core.restore(kept.filter((lease) => !misfits.includes(lease)));
    for (const { port } of [...misfits, ...refused]) this.#keeper.forget(port);
    const since = new Map(kept.map((lease) => [lease.port, lease.since]));
    for (const lease of core.leases()) ports.serve(lease, since.get(lease.port)!);
  }

  #receive(bytes: Buffer, from: Address, port?: number): void {
    if (!this.#open) return;
    const { core, driver } = this.#open;
    const source = { ...from, internal: isInternal(from) };
    const events =
      port === undefined ? core.receive(bytes, source, now()) : core.receiveData(port, bytes, source, now());
    // What changes nothing sets no timer: a flood is mostly that.
    if (events.length > 0) driver.run(events);
  }

  #perform(event: ServerEvent): void {
    const { handshake, ports } = this.#open!;
    if (event.type === "reply") handshake.socket.send(event.bytes, event.to);
    else if (event.type === "heard") ports.heard(event.lease, Date.now());
    else if (event.type === "followed") this.#follow(event.lease);
    else if (event.type === "refused")
      this.#listener.notice("refused", { ...shown(event.from), reason: event.reason, count: event.count });
    else this.#change(event);
  }

  #follow(lease: Lease): void {
    const { ports } = this.#open!;
    ports.follow(lease);
    ports.heard(lease, Date.now());
    const since = ports.rows().find(({ dataPort }) => dataPort === lease.port)?.since ?? Date.now();
    this.#keeper.put({ ...lease, since });
  }

  #change(event: Extract<ServerEvent, { type: "joined" | "followed" | "heard" | "left" }>): void {
    const { ports } = this.#open!;
    const { port, target } = event.lease;
    if (event.type === "left") {
      ports.free(event.lease);
      this.#keeper.forget(port);
      this.#listener.notice("left", { ...shown(target), dataPort: port, reason: event.reason });
    } else {
      const since = Date.now();
      ports.serve(event.lease, since);
      this.#keeper.put({ ...event.lease, since });
      this.#listener.notice("joined", { ...shown(target), dataPort: port });
    }
    this.#listener.changed();
  }
}
