/** The kind `board`: a solar and weather controller that sends records to a gateway over UDP. */
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { type BoardEvent, BoardSimulator } from "../../lib/simulators/board.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";
import { addSimulated, sinceRealPeer } from "../shared/simulated.ts";
import { Opening } from "../udp-handshake/opening.ts";
import { UdpSocket } from "../udp-handshake/udp-socket.ts";
import { type BoardFields, boardControlFrom, readBoardOptions } from "./board-options.ts";
import type { Simulation, SimulationState, SimulatorHost, SimulatorKind } from "./kind.ts";

/** After the last datagram of a real board, how long this one stays silent. */
const ASIDE_MS = 30_000;
const LOOK_EVERY_MS = 1000;
/** Where a gateway listens on all addresses, it is found on this one. */
const LOOPBACK: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

export const boardKind: SimulatorKind = (fields) => {
  const options = readBoardOptions(fields);
  return (host) => new BoardSimulation(options, host);
};

class BoardSimulation implements Simulation {
  readonly #fields: BoardFields;
  readonly #host: SimulatorHost;
  readonly #core: BoardSimulator;
  readonly #opening: Opening;
  readonly #look: NodeJS.Timeout;
  #driver: Driver<BoardEvent> | null = null;
  #socket: UdpSocket | null = null;
  #fault = "";

  constructor(fields: BoardFields, host: SimulatorHost) {
    this.#fields = fields;
    this.#host = host;
    this.#core = new BoardSimulator(fields.board, now());
    this.#opening = new Opening(
      () => this.#open(),
      (fault) => this.#tell(fault.message),
    );
    this.#look = setInterval(() => this.#lookForReal(), LOOK_EVERY_MS);
  }

  obey(payload: unknown): void {
    if (typeof payload === "boolean") {
      this.#core.run(payload, now());
      this.#run([]);
      return;
    }
    const { dials, burst, bad, record, counts } = boardControlFrom(payload);
    this.#core.turn(dials, now());
    this.#run(this.#core.burst(burst, now()));
    if (bad !== false) this.#run(this.#core.bad(bad === true ? undefined : bad));
    if (record !== null) this.#run([{ type: "datagram", bytes: Buffer.from(record) }]);
    if (counts) this.#host.send({ topic: "simulator/counts", type: "counts", payload: { ...this.#core.counts } });
  }

  state(): SimulationState {
    const { host, port } = this.#fields;
    const { state, counts, dials } = this.#core;
    const values = { detail: this.#fault || `${host}:${port}`, sent: counts.records, rate: dials.rate };
    if (!this.#socket) return { works: false, key: this.#fault ? "failed" : "connecting", values };
    return { works: state === "sending", key: `board-${state}`, values };
  }

  *samples(where: string): Iterable<Sample> {
    const { records, malformed, refused } = this.#core.counts;
    const labels = { simulator: where };
    yield { name: "gatehouse_simulated_records_total", labels: { ...labels, kind: "good" }, value: records };
    yield { name: "gatehouse_simulated_records_total", labels: { ...labels, kind: "malformed" }, value: malformed };
    yield* dropSamples(`device-simulator:${where}`, { refused });
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    this.#driver?.stop();
    await this.#opening.close();
  }

  /** Resolves to what closes it again. */
  async #open(): Promise<() => Promise<void>> {
    const { host, port } = this.#fields;
    const { address } = await lookup(LOOPBACK[host] ?? host, { order: "ipv4first" });
    const listener = { datagram: (bytes: Buffer) => this.#receive(bytes), fault: () => this.#refused() };
    const socket = await UdpSocket.open({ address: isIPv6(address) ? "::" : "0.0.0.0", port: 0 }, listener);
    if (!socket.connect({ address, port })) {
      await socket.close();
      throw new Error(`there is no way to ${address}`);
    }
    const leave = addSimulated("udp", socket.local.address, socket.local.port);
    this.#socket = socket;
    this.#fault = "";
    this.#driver = drive(this.#core, (event: BoardEvent) => this.#perform(event));
    this.#host.changed();
    return () => {
      leave();
      return socket.close();
    };
  }

  #receive(bytes: Buffer): void {
    this.#run(this.#core.receive(bytes, now()));
    this.#host.changed();
  }

  #run(events: readonly BoardEvent[]): void {
    this.#driver?.run(events);
  }

  #perform(event: BoardEvent): void {
    if (event.type === "datagram") this.#transmit(event.bytes);
    else this.#host.send({ topic: `simulator/${event.type}`, type: event.type, payload: this.#fields.port });
    this.#host.changed();
  }

  #transmit(bytes: Buffer): void {
    const { remote } = this.#socket!;
    if (remote) this.#socket!.send(bytes, remote, (error) => error && this.#refused());
  }

  #refused(): void {
    this.#core.refused(now());
    this.#run([]);
    this.#host.changed();
  }

  #lookForReal(): void {
    const isReal = sinceRealPeer("udp", this.#fields.port) < ASIDE_MS;
    this.#run(this.#core.stepAside(isReal, now()));
  }

  #tell(fault: string): void {
    this.#fault = fault;
    this.#host.changed();
  }
}
