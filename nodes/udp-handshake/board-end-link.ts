/** Role board, the board's own side: says SYNCH to a gateway and sends it records, as a simulated board does. */
import { lookup } from "node:dns/promises";
import { BoardEnd, type BoardEndEvent } from "../../lib/handshake/board-end.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { addSimulated } from "../shared/simulated.ts";
import { forgetPorts, PeerSocket } from "./peer-socket.ts";
import type { BoardNodeOptions } from "./read-options.ts";
import type { Listener } from "./role.ts";

export class BoardEndLink {
  readonly counts = { records: 0 };
  readonly core: BoardEnd;
  readonly #options: BoardNodeOptions;
  readonly #id: string;
  readonly #listener: Listener;
  readonly #socket: PeerSocket;
  readonly #driver: Driver<BoardEndEvent>;
  #closed = false;

  constructor(options: BoardNodeOptions, id: string, listener: Listener) {
    this.#options = options;
    this.#id = id;
    this.#listener = listener;
    this.core = new BoardEnd(options.seekEveryMs, now());
    const datagram = (bytes: Buffer) => this.#driver.run(this.core.receive(bytes, now()));
    const own = ({ address, port }: { address: string; port: number }) => addSimulated("udp", address, port);
    this.#socket = new PeerSocket(`${id} board`, { datagram }, own);
    this.#driver = drive(this.core, (event) => this.#perform(event));
  }

  /** One record, one datagram. */
  async send(record: Buffer): Promise<void> {
    await this.#transmit(record);
    this.counts.records++;
  }

  async close(forget: boolean): Promise<void> {
    this.#closed = true;
    this.#driver.stop();
    await this.#socket.close();
    if (forget) forgetPorts(this.#id);
  }

  #perform(event: BoardEndEvent): void {
    if (event.type === "synched") {
      this.#listener.notice("synched", { ...this.#options.peer! });
      this.#listener.changed();
    } else {
      this.#transmit(event.bytes).catch((fault: Error) => this.#listener.fault(fault));
    }
  }

  async #transmit(bytes: Buffer): Promise<void> {
    const { host, port } = this.#options.peer!;
    const { address } = await lookup(host, { order: "ipv4first" });
    if (!this.#closed) await this.#socket.send({ address, port }, bytes);
  }
}
