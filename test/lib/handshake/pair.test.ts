/** One server and its clients over a network that loses, repeats and delays datagrams. */
import should from "should";
import { type Address, keyOf } from "../../../lib/handshake/address.ts";
import { type ClientEvent, HandshakeClient } from "../../../lib/handshake/client.ts";
import { HandshakeServer, type ServerEvent } from "../../../lib/handshake/server.ts";
import { Random } from "../../../lib/simulators/random.ts";
import { type DatagramFaults, DatagramWire } from "../../support/datagram-wire.ts";

const SERVER = { address: "10.0.0.1", port: 55057 };
const POOL = Array.from({ length: 20 }, (_, index) => 55058 + index);
const BAD: DatagramFaults = { loss: 0.3, repeats: 0.2, delayMs: 800 };
const GOOD: DatagramFaults = { loss: 0, repeats: 0, delayMs: 2 };
const DATA_EVERY_MS = 1000;

interface Datagram {
  readonly from: Address;
  readonly to: Address;
  readonly bytes: Buffer;
}

/** A client with its two sockets, each with a port of its own. */
class Peer {
  readonly core = new HandshakeClient({ helloEveryMs: 2000, runningEveryMs: 10_000, timeoutMs: 20_000 });
  readonly handshake: Address;
  readonly data: Address;
  readonly network: Network;
  /** The server's data port that the data socket is connected to. */
  port = 0;
  elements = 0;

  constructor(network: Network, index: number) {
    this.network = network;
    this.handshake = { address: `10.0.1.${index}`, port: 4000 };
    this.data = { address: `10.0.1.${index}`, port: 4001 };
  }

  hear({ from, to, bytes }: Datagram): void {
    const { now } = this.network;
    if (to.port === this.handshake.port) this.perform(this.core.receive(bytes, now));
    // The data socket is connected.
    else if (from.port === this.port) {
      this.elements++;
      this.perform(this.core.receiveData(now));
    }
  }

  perform(events: readonly ClientEvent[]): void {
    for (const event of events) {
      if (event.type === "hello" || event.type === "confirm") this.network.send(this.handshake, SERVER, event.bytes);
      if (event.type !== "data") continue;
      this.port = event.port;
      this.network.send(this.data, { ...SERVER, port: event.port }, event.bytes);
    }
  }
}

class Network {
  now = 0;
  readonly wire: DatagramWire<Datagram>;
  server = this.#newServer();
  readonly peers: Peer[];
  #dataAt = 0;

  constructor(seed: number, clients: number) {
    this.wire = new DatagramWire(new Random(seed), BAD);
    this.peers = Array.from({ length: clients }, (_, index) => new Peer(this, index));
    for (const peer of this.peers) peer.perform(peer.core.connect(0));
  }

  send(from: Address, to: Address, bytes: Buffer): void {
    this.wire.send({ from, to, bytes }, this.now);
  }

  /** Another process in the server's place, with its leases or without. */
  restart(keepsLeases: boolean): void {
    const leases = this.server.leases();
    this.server = this.#newServer();
    if (keepsLeases) this.server.restore(leases);
  }

  run(ms: number): void {
    const until = this.now + ms;
    for (let next = this.#next(); next <= until; next = this.#next()) {
      this.now = Math.max(this.now, next);
      this.#step();
      should(this.server.clients).be.belowOrEqual(10);
    }
    this.now = until;
  }

  #newServer(): HandshakeServer {
    const options = {
      pool: POOL,
      maxClients: 10,
      reserveMs: 5000,
      silentMs: 60_000,
      destination: "data-port",
    } as const;
    return new HandshakeServer(options, this.now);
  }

  #next(): number {
    const deadlines = [this.wire, this.server, ...this.peers.map(({ core }) => core)].map((one) => one.nextDeadline());
    return Math.min(this.#dataAt, ...deadlines.map((deadline) => deadline ?? Number.POSITIVE_INFINITY));
  }

  #step(): void {
    for (const datagram of this.wire.arrived(this.now)) this.#deliver(datagram);
    this.#perform(this.server.handleTimer(this.now));
    for (const peer of this.peers) peer.perform(peer.core.handleTimer(this.now));
    if (this.now >= this.#dataAt) this.#sendData();
  }

  #deliver(datagram: Datagram): void {
    const { from, to, bytes } = datagram;
    if (to.address !== SERVER.address) {
      const key = keyOf(to);
      this.peers.find(({ handshake, data }) => key === keyOf(handshake) || key === keyOf(data))?.hear(datagram);
    } else if (to.port === SERVER.port) this.#perform(this.server.receive(bytes, from, this.now));
    else this.#perform(this.server.receiveData(to.port, bytes, from, this.now));
  }

  #perform(events: readonly ServerEvent[]): void {
    for (const event of events) if (event.type === "reply") this.send(SERVER, event.to, event.bytes);
  }

  #sendData(): void {
    this.#dataAt = this.now + DATA_EVERY_MS;
    this.#perform(this.server.sending(this.now));
    for (const { port, target } of this.server.leases()) this.send({ ...SERVER, port }, target, Buffer.from("{}"));
  }
}

function states(network: Network): string[] {
  return network.peers.map(({ core }) => core.state);
}

describe("a server and its clients on a bad network", () => {
  for (let seed = 1; seed <= 10; seed++) {
    it(`come together, each with a port of its own (seed ${seed})`, () => {
      const network = new Network(seed, 10);
      network.run(120_000);
      network.wire.faults = GOOD;
      network.run(30_000);
      should(states(network)).deepEqual(Array(10).fill("receiving"));
      should(network.server.clients).equal(10);
      should(new Set(network.server.leases().map(({ source }) => source.address)).size).equal(10);
      const before = network.peers.map(({ elements }) => elements);
      network.run(10_000);
      should(network.peers.map(({ elements }, index) => elements - before[index]!)).deepEqual(Array(10).fill(10));
    });
  }

  it("stay together over a restart that keeps the leases", () => {
    const network = new Network(11, 5);
    network.wire.faults = GOOD;
    network.run(5000);
    const leases = network.server.leases();
    network.restart(true);
    network.run(60_000);
    should(network.server.leases()).deepEqual(leases);
    should(network.peers.every(({ elements }) => elements > 60)).be.true();
  });

  it("come together again after a restart that forgets them", () => {
    const network = new Network(12, 5);
    network.run(60_000);
    network.restart(false);
    network.run(120_000);
    network.wire.faults = GOOD;
    network.run(30_000);
    should(states(network)).deepEqual(Array(5).fill("receiving"));
  });

  it("leave nothing to an eleventh one until a place is free", () => {
    const network = new Network(13, 11);
    network.wire.faults = GOOD;
    network.run(30_000);
    const isLeftOut = ({ core }: Peer) => core.state === "calling";
    should(network.peers.filter(isLeftOut)).have.length(1);
    const one = network.peers.find((peer) => !isLeftOut(peer))!;
    one.core.disconnect();
    network.run(70_000);
    should(network.peers.filter(isLeftOut)).be.empty();
    should(network.server.clients).equal(10);
  });
});
