/** Role board, the gateway's side: one UDP port for the records of a controller board. */
import { lookup } from "node:dns/promises";
import type { Address } from "../../lib/handshake/address.ts";
import { type BoardEvent, BoardGateway } from "../../lib/handshake/board.ts";
import { plainAddress } from "../../lib/ip.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import type { Holder } from "../shared/held-ports.ts";
import { isSimulated, noteRealPeer } from "../shared/simulated.ts";
import { type HeldSocket, openPort } from "./open-port.ts";
import { Opening } from "./opening.ts";
import type { BoardNodeOptions } from "./read-options.ts";
import { type Listener, RECEIVE_BYTES } from "./role.ts";

interface BoardListener extends Listener {
  record(bytes: Buffer, from: Address): void;
}

export class BoardPort {
  /** datagrams = core.counts + wrong-source */
  readonly counts = { datagrams: 0, "wrong-source": 0 };
  readonly core: BoardGateway;
  readonly #options: BoardNodeOptions;
  readonly #listener: BoardListener;
  readonly #opening: Opening;
  #held: HeldSocket | null = null;
  #driver: Driver<BoardEvent> | null = null;
  /** Of the board, where only that one is heard. */
  #boardAddress: string | null = null;

  constructor(options: BoardNodeOptions, holder: Holder, listener: BoardListener) {
    this.#options = options;
    this.#listener = listener;
    const { silentMs, seekEveryMs, peer } = options;
    this.core = new BoardGateway({ seeks: peer !== null, seekEveryMs, silentMs }, now());
    this.#opening = new Opening(() => this.#open(holder), listener.fault);
  }

  /** What the system granted; 0 while the port is not open. */
  get receiveBytes(): number {
    return this.#held?.socket.receiveBytes ?? 0;
  }

  async close(): Promise<void> {
    this.#driver?.stop();
    await this.#opening.close();
  }

  async #open(holder: Holder): Promise<() => Promise<void>> {
    const { address, port } = this.#options;
    const datagram = (bytes: Buffer, from: Address) => this.#receive(bytes, from);
    const held = await openPort({ address, port, receiveBytes: RECEIVE_BYTES }, { datagram }, holder);
    this.#held = held;
    this.#driver = drive(this.core, (event) => this.#perform(event));
    this.#listener.opened(this.receiveBytes);
    this.#listener.changed();
    return () => {
      this.#held = null;
      return held.close();
    };
  }

  #receive(bytes: Buffer, from: Address): void {
    this.counts.datagrams++;
    if (this.#boardAddress !== null && plainAddress(from.address) !== this.#boardAddress) {
      this.counts["wrong-source"]++;
      return;
    }
    if (!isSimulated("udp", from.address, from.port)) noteRealPeer("udp", this.#options.port);
    for (const event of this.core.receive(bytes, from, now())) {
      if (event.type === "record") this.#listener.record(bytes, from);
      else if (event.type === "reply") this.#held?.socket.send(event.bytes, from);
      else this.#driver?.run([event]);
    }
  }

  #perform(event: BoardEvent): void {
    if (event.type === "seek") this.#seek(event.bytes);
    if (event.type === "silent") this.#listener.notice("silent", { forS: Math.round(event.forMs / 1000) });
    if (event.type === "heard") this.#listener.notice("heard", {});
    if (event.type === "synched") this.#listener.notice("synched", { ...event.from });
    this.#listener.changed();
  }

  #seek(bytes: Buffer): void {
    const { host, port } = this.#options.peer!;
    lookup(host, { order: "ipv4first" })
      .then(({ address }) => {
        this.#boardAddress = plainAddress(address);
        this.#held?.socket.send(bytes, { address, port });
      })
      .catch((fault: Error) => this.#listener.fault(fault));
  }
}
