/** The handshake table of PROTOCOLS 3.2, row by row, with its literal bytes. */
import should from "should";
import type { Address } from "../../../lib/handshake/address.ts";
import { HandshakeServer, type ServerEvent, type ServerOptions } from "../../../lib/handshake/server.ts";

const POOL = Array.from({ length: 20 }, (_, index) => 55058 + index);
const OPTIONS: ServerOptions = {
  pool: POOL,
  maxClients: 10,
  reserveMs: 5000,
  silentMs: 60_000,
  destination: "data-port",
};

const A: Address = { address: "10.0.0.1", port: 4001 };
const B: Address = { address: "10.0.0.2", port: 4002 };

/** A client of a number, each at an address of its own. */
const client = (index: number): Address => ({ address: `10.0.1.${index}`, port: 5000 });

/** One server and a clock that the test turns. */
class Table {
  now = 1000;
  readonly server: HandshakeServer;

  constructor(options: Partial<ServerOptions> = {}) {
    this.server = new HandshakeServer({ ...OPTIONS, ...options }, this.now);
  }

  say(text: string, from: Address): readonly ServerEvent[] {
    return this.server.receive(Buffer.from(text, "latin1"), from, this.now);
  }

  sayHere(port: number, text: string, from: Address): readonly ServerEvent[] {
    return this.server.receiveData(port, Buffer.from(text, "latin1"), from, this.now);
  }

  /** Lets time pass, with the timer ringing when it is due. */
  wait(ms: number): void {
    const until = this.now + ms;
    for (let due = this.server.nextDeadline(); due !== null && due <= until; due = this.server.nextDeadline()) {
      this.now = due;
      this.server.handleTimer(due);
    }
    this.now = until;
  }

  /** What HELLO is answered with; null where it is not. */
  hello(from: Address): string | null {
    const [event] = this.say("HELLO   ", from);
    return event?.type === "reply" ? event.bytes.toString("latin1") : null;
  }

  /** The data port of a client that has confirmed it. */
  join(from: Address): number {
    const port = Number(this.hello(from)!.slice("HIYA,".length));
    should(this.say(`CONFIRM ,${port}`, from).map(({ type }) => type)).deepEqual(["joined"]);
    return port;
  }

  targets(): string[] {
    return this.server.leases().map(({ target }) => `${target.address}:${target.port}`);
  }
}

describe("the server of the udp handshake", () => {
  let table: Table;

  beforeEach(() => {
    table = new Table();
  });

  it("answers HELLO with HIYA and a port of the pool, to the sender", () => {
    should(table.say("HELLO   ", A)).deepEqual([{ type: "reply", to: A, bytes: Buffer.from("HIYA,55058") }]);
    should(table.hello(B)).equal("HIYA,55059");
  });

  it("answers HELLO again from the same address and port with the same port", () => {
    table.hello(B);
    for (let count = 0; count < 3; count++) should(table.hello(A)).equal("HIYA,55059");
    table.say("CONFIRM ,55059", A);
    should(table.hello(A)).equal("HIYA,55059");
    should(table.hello({ ...A, port: 4009 })).equal("HIYA,55060");
    should(table.server.clients).equal(1);
  });

  for (const text of ["CONFIRM ,55058", "CONFIRM,55058", "CONFIRM ,55058\0"]) {
    it(`takes ${JSON.stringify(text)}, and sends to the client's port of the same number`, () => {
      table.hello(A);
      const lease = { port: 55058, source: A, target: { ...A, port: 55058 }, followed: false, internal: false };
      should(table.say(text, A)).deepEqual([{ type: "joined", lease }]);
    });
  }

  it("takes CONFIRM from another port of the same address: the client has closed the first one", () => {
    table.hello(A);
    table.say("CONFIRM ,55058", { ...A, port: 55058 });
    should(table.targets()).deepEqual(["10.0.0.1:55058"]);
  });

  it("takes CONFIRM on the data port itself, and then knows where the client is", () => {
    table.hello(A);
    const [event] = table.sayHere(55058, "CONFIRM ,55058", { ...A, port: 4444 });
    should(event).containDeep({ type: "joined", lease: { target: { ...A, port: 4444 }, followed: true } });
  });

  it("sends to where CONFIRM came from, with that option", () => {
    table = new Table({ destination: "confirm-source" });
    table.hello(A);
    table.say("CONFIRM ,55058", { ...A, port: 4999 });
    should(table.targets()).deepEqual(["10.0.0.1:4999"]);
  });

  for (const destination of ["data-port", "confirm-source"] as const) {
    it(`sends to the source of the client's first datagram from then on (${destination})`, () => {
      table = new Table({ destination });
      const port = table.join(A);
      const source = { ...A, port: 4321 };
      should(table.sayHere(port, "RUNNING ", source).map(({ type }) => type)).deepEqual(["followed"]);
      should(table.targets()).deepEqual(["10.0.0.1:4321"]);
      should(table.sayHere(port, "RUNNING ", source).map(({ type }) => type)).deepEqual(["heard"]);
    });
  }

  it("keeps the source of a RUNNING that overtakes CONFIRM", () => {
    table.hello(A);
    should(table.sayHere(55058, "RUNNING ", { ...A, port: 4321 })).be.empty();
    should(table.server.clients).equal(0);
    table.say("CONFIRM ,55058", A);
    should(table.targets()).deepEqual(["10.0.0.1:4321"]);
  });

  it("takes CONFIRM twice as once", () => {
    const port = table.join(A);
    should(table.say(`CONFIRM ,${port}`, A)).be.empty();
    should(table.server.clients).equal(1);
    should(table.server.counts.joined).equal(1);
  });

  describe("frees a reservation", () => {
    it("that is not confirmed in 5 s", () => {
      table.hello(A);
      table.wait(4999);
      should(table.server.reserved).equal(1);
      table.wait(1);
      should(table.server.reserved).equal(0);
      should(table.server.counts.expired).equal(1);
      should(table.say("CONFIRM ,55058", A)).be.empty();
      should(table.server.dropped.unreserved).equal(1);
    });

    it("5 s after the last HELLO where a client repeats it", () => {
      table.hello(A);
      table.wait(4000);
      table.hello(A);
      table.wait(4000);
      should(table.say("CONFIRM ,55058", A)).have.length(1);
    });

    it("the oldest one, where half the pool is reserved", () => {
      for (let index = 0; index < 10; index++) should(table.hello(client(index))).equal(`HIYA,${55058 + index}`);
      should(table.hello(A)).equal("HIYA,55068");
      should(table.server.reserved).equal(10);
      should(table.say("CONFIRM ,55068", A)).have.length(1);
    });

    it("and gives its port again to who had it", () => {
      table.hello(B);
      table.hello(A);
      table.wait(6000);
      should(table.hello(A)).equal("HIYA,55059");
    });
  });

  it("takes CONFIRM for a reservation that gave way, while nobody else has confirmed the port", () => {
    table = new Table({ pool: [55058, 55059], maxClients: 2 });
    should(table.hello(A)).equal("HIYA,55058");
    for (let index = 0; index < 5; index++) table.hello(client(index));
    should(table.say("CONFIRM ,55058", A)).have.length(1);
    should(table.targets()).deepEqual(["10.0.0.1:55058"]);
    table.hello(B);
    const port = Number(table.hello(B)!.slice(5));
    table.say(`CONFIRM ,${port}`, B);
    for (let index = 0; index < 5; index++) should(table.say(`CONFIRM ,${port}`, client(index))).be.empty();
    should(table.server.clients).equal(2);
  });

  it("has one port for a client that confirms the one that gave way", () => {
    table = new Table({ pool: POOL.slice(0, 4), maxClients: 2 });
    table.hello(A);
    for (let index = 0; index < 4; index++) table.hello(client(index));
    // Its first port has gone to another meanwhile.
    should(table.hello(A)).not.equal("HIYA,55058");
    should(table.say("CONFIRM ,55058", A)).have.length(1);
    should(table.hello(A)).equal("HIYA,55058");
    should(table.server.clients).equal(1);
  });

  it("does not answer an eleventh client, and says so once a second with a count", () => {
    for (let index = 0; index < 10; index++) table.join(client(index));
    should(table.say("HELLO   ", A)).deepEqual([{ type: "refused", from: A, reason: "full", count: 1 }]);
    for (let count = 0; count < 4; count++) should(table.say("HELLO   ", A)).be.empty();
    table.wait(1000);
    should(table.say("HELLO   ", B)).deepEqual([{ type: "refused", from: B, reason: "full", count: 5 }]);
    should(table.server.dropped.full).equal(6);
  });

  it("admits exactly ten of those who hold a reservation", () => {
    for (let index = 0; index < 9; index++) table.join(client(index));
    const ports = [A, B].map((from) => Number(table.hello(from)!.slice(5)));
    should(table.say(`CONFIRM ,${ports[0]}`, A)[0]).have.property("type", "joined");
    should(table.say(`CONFIRM ,${ports[1]}`, B)[0]).have.property("type", "refused");
    should(table.server.clients).equal(10);
    should(table.server.reserved).equal(0);
  });

  describe("closes a slot", () => {
    it("where data was sent for 60 s and nothing came back", () => {
      const port = table.join(A);
      for (let second = 0; second < 60; second++) {
        should(table.server.sending(table.now)).be.empty();
        table.wait(1000);
      }
      const [event] = table.server.sending(table.now);
      should(event).containDeep({ type: "left", reason: "silent", lease: { port } });
      should(table.server.clients).equal(0);
    });

    it("not while nothing is sent", () => {
      table.join(A);
      table.server.sending(table.now);
      table.wait(3_600_000);
      should(table.server.sending(table.now)).be.empty();
    });

    it("not while it says RUNNING", () => {
      const port = table.join(A);
      for (let second = 0; second < 300; second++) {
        if (second % 10 === 0) table.sayHere(port, "RUNNING ", { ...A, port });
        should(table.server.sending(table.now)).be.empty();
        table.wait(1000);
      }
    });

    it("of a socket of this process that is closed", () => {
      const port = table.join(A);
      table.sayHere(port, "RUNNING ", { ...A, port: 4321 });
      should(table.server.leave(A)).be.empty();
      should(table.server.leave({ ...A, port: 4321 })[0]).containDeep({ type: "left", reason: "closed" });
    });

    it("and gives its port again last of all", () => {
      table.join(A);
      table.sayHere(55058, "RUNNING ", { ...A, port: 4321 });
      table.server.leave({ ...A, port: 4321 });
      for (const port of POOL.slice(1, 11)) should(table.join(client(port % 100))).equal(port);
    });
  });

  describe("ignores and counts", () => {
    const impostor: Address = { address: "10.9.9.9", port: 55058 };

    it("CONFIRM from another address", () => {
      table.hello(A);
      should(table.say("CONFIRM ,55058", impostor)).be.empty();
      should(table.sayHere(55058, "CONFIRM ,55058", impostor)).be.empty();
      should(table.server.dropped["wrong-source"]).equal(2);
      should(table.server.clients).equal(0);
    });

    it("RUNNING from another address, or from another port than before", () => {
      const port = table.join(A);
      should(table.sayHere(port, "RUNNING ", impostor)).be.empty();
      table.sayHere(port, "RUNNING ", { ...A, port: 4321 });
      should(table.sayHere(port, "RUNNING ", { ...A, port: 4322 })).be.empty();
      should(table.server.dropped["wrong-source"]).equal(2);
      should(table.targets()).deepEqual(["10.0.0.1:4321"]);
    });

    it("CONFIRM and RUNNING for a port that nobody has, or that is none of the pool", () => {
      for (const text of ["CONFIRM ,55060", "CONFIRM ,80", "CONFIRM "]) should(table.say(text, A)).be.empty();
      should(table.sayHere(55060, "RUNNING ", A)).be.empty();
      should(table.server.dropped.unreserved).equal(4);
    });

    it("what is no handshake, or does not belong there", () => {
      for (const text of ["", "GET / HTTP/1.1", "x".repeat(2000)]) should(table.say(text, A)).be.empty();
      should(table.server.dropped.malformed).equal(3);
      for (const text of ["RUNNING ", "HIYA,55058", "SYNCH_2 "]) should(table.say(text, A)).be.empty();
      should(table.sayHere(55058, "HELLO   ", A)).be.empty();
      should(table.server.dropped.unexpected).equal(4);
    });

    it("HELLOs of an address beyond its share", () => {
      const answered = Array.from({ length: 30 }, () => table.hello(A)).filter((text) => text !== null);
      should(answered).have.length(20);
      should(table.server.dropped.limited).equal(10);
      table.wait(2000);
      should(table.hello(A)).equal("HIYA,55058");
      should(table.hello(B)).equal("HIYA,55059");
    });
  });

  it("sends an unconfirmed address at most three times the bytes it received", () => {
    let received = 0;
    let sent = 0;
    const count = (text: string, events: readonly ServerEvent[]) => {
      received += text.length;
      for (const event of events) if (event.type === "reply") sent += event.bytes.length;
    };
    for (const text of ["HELLO", "HELLO   ", "CONFIRM ,1", "RUNNING ", "x"]) count(text, table.say(text, A));
    for (const text of ["CONFIRM ,2", "RUNNING ", "HELLO"]) count(text, table.sayHere(55058, text, A));
    should(sent).be.above(0);
    should(sent).be.belowOrEqual(3 * received);
    should(Buffer.byteLength("HIYA,65535")).be.belowOrEqual(3 * "HELLO".length);
  });

  it("admits an honest client while a thousand addresses flood it with HELLO", () => {
    const from = table.now;
    let admittedAt = 0;
    for (let count = 0; count < 60_000 && admittedAt === 0; count++) {
      const index = count % 1000;
      table.say("HELLO   ", { address: `127.1.${index >> 8}.${index & 255}`, port: 6000 });
      if (count % 20_000 === 10_000) {
        const hiya = table.hello(A);
        // Its CONFIRM is behind a thousand more of the flood.
        for (let more = 0; more < 1000; more++)
          table.say("HELLO   ", { address: `127.2.${more >> 8}.${more & 255}`, port: 1 });
        if (hiya && table.say(`CONFIRM ,${hiya.slice(5)}`, A).length > 0) admittedAt = table.now;
      }
      table.wait(0.05);
    }
    should(admittedAt).be.above(0);
    should(admittedAt - from).be.below(6000);
  });

  describe("with sockets of this process", () => {
    const own = { ...A, internal: true };

    it("counts them against no limit", () => {
      table = new Table({ maxClients: 2 });
      table.join(own);
      for (const from of [B, client(1)]) table.join(from);
      should(table.server.clients).equal(2);
      should(table.hello(client(2))).be.null();
      table.join({ ...own, port: 4100 });
      should(table.server.leases()).have.length(4);
    });

    it("limits their HELLOs by nothing", () => {
      for (let count = 0; count < 100; count++) should(table.hello(own)).equal("HIYA,55058");
    });
  });

  describe("takes up leases of an earlier run", () => {
    it("at the same ports, for the same clients", () => {
      const port = table.join(A);
      table.sayHere(port, "RUNNING ", { ...A, port: 4321 });
      table.join(B);
      const leases = table.server.leases();
      table = new Table();
      should(table.server.restore(leases)).be.empty();
      should(table.server.leases()).deepEqual(leases);
      should(table.hello(A)).equal("HIYA,55058");
      should(table.sayHere(55059, "RUNNING ", { ...B, port: 55059 })[0]).have.property("type", "followed");
      should(table.hello(client(1))).equal("HIYA,55060");
    });

    it("and returns those that have no place", () => {
      const lease = (port: number, from: Address) => ({
        ...{ port, source: from, target: from },
        ...{ followed: true, internal: false },
      });
      table = new Table({ maxClients: 2 });
      const leases = [
        lease(80, A),
        lease(55058, A),
        lease(55058, B),
        lease(55059, A),
        lease(55060, B),
        lease(55061, client(1)),
      ];
      should(table.server.restore(leases)).deepEqual([leases[0], leases[2], leases[3], leases[5]]);
    });
  });
});
