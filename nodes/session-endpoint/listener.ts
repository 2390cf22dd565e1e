/** Listens on a port, for ever: admits connections within the limits, and takes the port again when it is lost. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { isLoopback } from "../../lib/auth/this-machine.ts";
import { Backoff } from "../../lib/backoff.ts";
import { plainAddress } from "../../lib/ip.ts";
import { Admission, type AdmissionRefusal, type Place } from "../../lib/sessions/admission.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { holderOf, holdPort } from "../shared/held-ports.ts";
import { isSimulated, noteRealPeer } from "../shared/simulated.ts";
import { type Doorway, doorway } from "./doorways.ts";
import type { Link, LinkHost } from "./link.ts";
import type { EndpointOptions } from "./read-options.ts";
import type { ConnectionRefusal } from "./tally.ts";
import { tcpWire } from "./tcp-wire.ts";
import type { Peer } from "./wire.ts";

/** From the first byte to a session: TLS and the WebSocket's opening. */
const HANDSHAKE_MS = 5000;
const BACKLOG = 4096;

/** Admitted, and no session yet. */
interface Entering {
  readonly socket: Socket;
  readonly place: Place | null;
  readonly since: number;
  /** And not gone yet. */
  isRefused: boolean;
}

export class Listener implements Link {
  readonly #options: EndpointOptions;
  readonly #host: LinkHost;
  readonly #admission: Admission;
  readonly #doorway: Doorway | null;
  readonly #backoff: Backoff;
  readonly #driver: Driver<unknown>;
  readonly #entering = new Map<string, Entering>();
  #server: Server | null = null;
  #release = () => {};

  constructor(options: EndpointOptions, tls: SecureContextOptions | null, host: LinkHost) {
    this.#options = options;
    this.#host = host;
    this.#admission = new Admission(options.limits);
    this.#doorway = doorway(options, tls, {
      opened: (carrier, more, open) => {
        const key = keyOf(carrier);
        const entering = this.#entering.get(key);
        this.#entering.delete(key);
        if (entering) host.opened({ ...peerOf(carrier), ...more }, entering.place, open);
        else carrier.destroy();
      },
      refused: (carrier, reason) => this.#refused(carrier, reason),
    });
    this.#backoff = new Backoff(now());
    this.#driver = drive(this.#backoff, () => this.#listen());
  }

  check(at: number): void {
    if (this.#admission.all > 0) noteRealPeer("tcp", this.#options.port);
    for (const { socket, since, isRefused } of this.#entering.values()) {
      if (at - since < HANDSHAKE_MS) continue;
      if (isRefused) socket.destroy();
      else this.#refused(socket, "handshake");
    }
  }

  /** No further connections; those that are open go on. */
  stop(): Promise<void> {
    this.#driver.stop();
    for (const { socket } of this.#entering.values()) socket.destroy();
    this.#entering.clear();
    const server = this.#server;
    this.#server = null;
    if (!server) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => {
        this.#release();
        resolve();
      });
    });
  }

  #listen(): void {
    const { host, port, identifyMs } = this.#options;
    const place = { transport: "tcp", address: host, port } as const;
    const other = holderOf(place, this.#host.holder);
    if (other) {
      this.#failed(new Error(`port ${port} is held by ${other.label}`));
      return;
    }
    this.#release = holdPort(place, this.#host.holder);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#admit(socket));
    server.on("error", (fault: NodeJS.ErrnoException) => this.#failed(fault));
    server.listen({ host, port, backlog: BACKLOG }, () => {
      this.#backoff.opened(now());
      const { address } = server.address() as AddressInfo;
      this.#host.state({
        name: "open",
        detail: `${host}:${port}`,
        isExposed: !isLoopback(address) && identifyMs === 0,
      });
    });
    this.#server = server;
  }

  #failed(fault: NodeJS.ErrnoException): void {
    this.#release();
    // One that fails while it listens would keep the port.
    this.#server?.close();
    this.#server = null;
    this.#backoff.closed(now());
    this.#driver.run([]);
    this.#host.state({ name: "waiting", detail: this.#inWords(fault) });
  }

  #inWords({ code, message }: NodeJS.ErrnoException): string {
    const { port } = this.#options;
    return code === "EADDRINUSE" ? `port ${port} is held by ${this.#host.portHolder(port)}` : message;
  }

  #admit(socket: Socket): void {
    const peer = peerOf(socket);
    const place = isSimulated("tcp", peer.address, peer.port) ? null : this.#admission.admit(peer.address);
    if (typeof place === "string") this.#turnAway(socket, peer, place);
    else this.#enter(socket, peer, place);
  }

  #turnAway(socket: Socket, peer: Peer, reason: AdmissionRefusal): void {
    socket.on("error", () => undefined);
    this.#host.refused(peer, reason);
    socket.destroy();
  }

  #enter(socket: Socket, peer: Peer, place: Place | null): void {
    if (place) noteRealPeer("tcp", this.#options.port);
    if (this.#doorway) this.#await(socket, peer, place, this.#doorway);
    else this.#host.opened(peer, place, (listener) => tcpWire(socket, listener));
  }

  #await(socket: Socket, peer: Peer, place: Place | null, doorway: Doorway): void {
    const key = keyOf(socket);
    const entering = { socket, place, since: now(), isRefused: false };
    this.#entering.set(key, entering);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      place?.leave();
      if (this.#entering.get(key) !== entering) return;
      this.#entering.delete(key);
      if (!entering.isRefused) this.#host.refused(peer, "handshake");
    });
    doorway(socket);
  }

  #refused(carrier: Socket, reason: ConnectionRefusal): void {
    const entering = this.#entering.get(keyOf(carrier));
    if (entering && !entering.isRefused) this.#host.refused(peerOf(carrier), reason);
    if (entering) entering.isRefused = true;
    carrier.destroySoon();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): Peer {
  return { address: plainAddress(remoteAddress ?? ""), port: remotePort ?? 0 };
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
