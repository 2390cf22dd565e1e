/** A device and a server of ack/0 over a line that breaks: what the protocol promises, and what it cannot. */
import fc from "fast-check";
import should from "should";
import { AckDevice, type DeviceEvent } from "../../../lib/ack/device.ts";
import { AckServer, type ServerEvent } from "../../../lib/ack/server.ts";
import type { JsonObject } from "../../../lib/json/safe-json.ts";
import { Random } from "../../../lib/simulators/random.ts";

const SEVEN = { kind: "device", id: "7" } as const;
const OUTBOX = { capacity: 1000, window: 8 };

/** Both ends, and what is under way between them in each direction; a break loses it. */
class Line {
  readonly server = new AckServer<number>({
    ...OUTBOX,
    maxPeers: 10,
    forgetAfterMs: 1e9,
    lastClientId: 0,
    mintDeviceId: () => "d",
  });
  device = new AckDevice<number>({ ...OUTBOX, identity: { dev_id: 7 } });
  readonly atServer: number[] = [];
  readonly atDevice: number[] = [];
  readonly #random: Random;
  #up: JsonObject[] = [];
  #down: JsonObject[] = [];
  #uncommitted: { epoch: number; n: number }[] = [];
  #connections = 0;
  #isOpen = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  get isQuiet(): boolean {
    const atServer = this.server.stateOf(SEVEN)?.outbox.sent ?? [];
    return this.device.held === 0 && atServer.length === 0 && this.#uncommitted.length === 0;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#connections++;
    this.server.open(`c${this.#connections}`, "device", ["h", 1], false);
    this.#atDevice(this.device.open());
  }

  /** `isSeen`: the server notices; else it learns it from the next connection. */
  cut(isSeen: boolean): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#up = [];
    this.#down = [];
    this.#atDevice(this.device.close());
    if (isSeen) this.#atServer(this.server.close(`c${this.#connections}`, 0));
  }

  sendUp(n: number): void {
    this.#atDevice(this.device.send({ fields: { up: n }, ref: n, deadline: Number.POSITIVE_INFINITY }, 0));
  }

  sendDown(n: number): void {
    this.#atServer(this.server.send(SEVEN, { fields: { down: n }, ref: n, deadline: Number.POSITIVE_INFINITY }, 0));
  }

  /** One thing that may happen next, by chance. */
  step(): void {
    const choice = this.#random.below(3);
    if (choice === 0 && this.#up.length > 0) {
      this.#atServer(this.server.receive(`c${this.#connections}`, this.#up.shift()!, 0));
    } else if (choice === 1 && this.#down.length > 0) {
      this.#atDevice(this.device.receive(this.#down.shift()!, 0));
    } else {
      const safe = this.#uncommitted.shift();
      if (safe) this.#atServer(this.server.commit(SEVEN, safe.epoch, safe.n));
    }
  }

  /** What a server writes to a broken connection, before it notices, is lost. */
  #reaches(connection: string): boolean {
    return this.#isOpen && connection === `c${this.#connections}`;
  }

  #atServer(events: readonly ServerEvent<number>[]): void {
    for (const event of events) {
      if (event.type === "write" && this.#reaches(event.connection)) this.#down.push(event.message);
      if (event.type !== "received") continue;
      this.#uncommitted.push(event);
      this.atServer.push(event.fields.up as number);
    }
  }

  #atDevice(events: readonly DeviceEvent<number>[]): void {
    for (const event of events) {
      if (event.type === "write" && this.#isOpen) this.#up.push(event.message);
      if (event.type !== "received") continue;
      this.atDevice.push(event.fields.down as number);
      this.#atDevice(this.device.commit(event.epoch, event.id));
    }
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function settle(line: Line): void {
  for (let step = 0; step < 100_000 && !line.isQuiet; step++) {
    line.open();
    line.step();
  }
}

describe("ack/0 over a line that breaks", () => {
  it("brings every message once and in order, both ways, while both ends live", () => {
    const break_ = fc.record({ after: fc.integer({ min: 0, max: 60 }), isSeen: fc.boolean() });
    const property = fc.property(fc.array(break_, { size: "max", maxLength: 40 }), fc.integer(), (breaks, seed) => {
      const line = new Line(seed);
      breaks.forEach(({ after, isSeen }, index) => {
        line.open();
        line.sendUp(index);
        line.sendDown(index);
        for (const _ of range(after)) line.step();
        line.cut(isSeen);
      });
      settle(line);
      should(line.isQuiet).be.true();
      should(line.atServer).deepEqual(range(breaks.length));
      should(line.atDevice).deepEqual(range(breaks.length));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("cannot tell a message that comes again from a new one when the device has lost its count", () => {
    const line = new Line(1);
    line.open();
    line.sendUp(1);
    for (const _ of range(40)) line.step();
    line.cut(true);
    line.device = new AckDevice<number>({ ...OUTBOX, identity: { dev_id: 7 } });
    line.sendUp(1);
    settle(line);
    should(line.atServer).deepEqual([1, 1]);
  });
});
