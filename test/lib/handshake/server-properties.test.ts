/** What holds for the server of the handshake whatever is sent to it, by whom and when. */
import fc from "fast-check";
import should from "should";
import type { Address } from "../../../lib/handshake/address.ts";
import { HandshakeServer, type ServerEvent } from "../../../lib/handshake/server.ts";

const POOL = [55058, 55059, 55060, 55061, 55062, 55063];
const MAX_CLIENTS = 3;

type Step =
  | { readonly type: "handshake" | "data"; readonly from: Address; readonly port: number; readonly bytes: Buffer }
  | { readonly type: "wait"; readonly ms: number }
  | { readonly type: "send" };

const ports = fc.constantFrom(...POOL, 80);
const addresses = fc.record({
  address: fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"),
  port: fc.constantFrom(4000, 4001),
});
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("HELLO", "HELLO   ", "RUNNING ", "CONFIRM ", "HIYA,55058", "") },
  { weight: 4, arbitrary: ports.map((port) => `CONFIRM ,${port}`) },
  { weight: 1, arbitrary: fc.string({ maxLength: 70 }) },
);
const datagrams = fc.record({
  type: fc.constantFrom("handshake" as const, "data" as const),
  from: addresses,
  port: ports,
  bytes: texts.map((text) => Buffer.from(text)),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: datagrams },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((ms) => ({ type: "wait" as const, ms })) },
  { weight: 1, arbitrary: fc.constant({ type: "send" as const }) },
);

/** Runs the steps, and keeps account of what everybody said and was told. */
class Account {
  now = 0;
  readonly received = new Map<string, number>();
  readonly replied = new Map<string, number>();
  readonly greeters = new Set<string>();
  readonly server = new HandshakeServer(
    { pool: POOL, maxClients: MAX_CLIENTS, reserveMs: 5000, silentMs: 60_000, destination: "data-port" },
    0,
  );

  take(step: Step): void {
    if (step.type === "wait") this.#wait(step.ms);
    else if (step.type === "send") this.#note(this.server.sending(this.now));
    else this.#hear(step);
  }

  #wait(ms: number): void {
    this.now += ms;
    this.#note(this.server.handleTimer(this.now));
  }

  #hear({ type, from, port, bytes }: Extract<Step, { from: Address }>): void {
    add(this.received, from.address, bytes.length);
    if (type === "handshake" && /^ *HELLO *$/.test(bytes.toString())) this.greeters.add(from.address);
    this.#note(
      type === "handshake"
        ? this.server.receive(bytes, from, this.now)
        : this.server.receiveData(port, bytes, from, this.now),
    );
  }

  #note(events: readonly ServerEvent[]): void {
    for (const event of events) if (event.type === "reply") add(this.replied, event.to.address, event.bytes.length);
  }
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function check({ server, received, replied, greeters, now }: Account): void {
  const leases = server.leases();
  should(leases.length).equal(server.clients);
  should(leases.length).be.belowOrEqual(MAX_CLIENTS);
  should(server.reserved).be.belowOrEqual(POOL.length / 2);
  should(new Set(leases.map(({ port }) => port)).size).equal(leases.length);
  for (const { port, source, target } of leases) {
    should(POOL).containEql(port);
    should(target.address).equal(source.address);
    should(greeters.has(source.address)).be.true();
  }
  for (const [address, bytes] of replied) should(bytes).be.belowOrEqual(3 * received.get(address)!);
  const due = server.nextDeadline();
  if (due !== null) should(due).be.belowOrEqual(now + 5000);
}

describe("the server of the udp handshake, whatever comes", () => {
  it("holds its limits, sends data to nobody who did not say HELLO, and never more than it may", () => {
    fc.assert(
      fc.property(fc.array(steps, { size: "max", maxLength: 150 }), (list) => {
        const account = new Account();
        for (const step of list) {
          account.take(step);
          check(account);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives every port back when everybody is silent", () => {
    fc.assert(
      fc.property(fc.array(steps, { size: "max", maxLength: 150 }), (list) => {
        const account = new Account();
        for (const step of list) account.take(step);
        for (let second = 0; second <= 70; second++) {
          account.take({ type: "wait", ms: 1000 });
          account.take({ type: "send" });
        }
        should(account.server.clients).equal(0);
        should(account.server.reserved).equal(0);
        should(account.server.nextDeadline()).be.null();
      }),
    );
  });
});
