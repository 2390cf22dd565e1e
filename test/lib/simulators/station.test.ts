/** A simulated weather station: what it measures, and that a line which breaks loses nothing. */
import should from "should";
import { AckServer } from "../../../lib/ack/server.ts";
import { type StationEvent, type StationOptions, WeatherStation } from "../../../lib/simulators/station.ts";

const DIALS = { rate: 10, cuts: 0, restarts: 0 };
const NAME = { kind: "device", id: "weather-1" } as const;

/** A station and the server that it speaks with, on a line without delay. */
class World {
  readonly station: WeatherStation;
  readonly received: Record<string, unknown>[] = [];
  readonly #server = new AckServer<string>({
    capacity: 10,
    window: 10,
    maxPeers: 10,
    forgetAfterMs: 1e9,
    lastClientId: 0,
    mintDeviceId: () => "d",
  });
  #connection = 0;
  #now = 0;

  constructor(options: Partial<StationOptions> = {}) {
    this.station = new WeatherStation({ ...DIALS, seed: 1, identity: { dev_id: "weather-1" }, ...options }, 0);
    this.#connect();
  }

  run(untilMs: number): void {
    for (let next = this.station.nextDeadline(); next !== null && next <= untilMs; next = this.station.nextDeadline()) {
      this.#now = next;
      this.#perform(this.station.handleTimer(next));
    }
  }

  command(fields: Record<string, unknown>): StationEvent[] {
    const events = this.#server.send(NAME, { fields, ref: "c", deadline: Number.POSITIVE_INFINITY }, this.#now);
    return events.flatMap((event) =>
      event.type === "write" ? this.station.receive(JSON.stringify(event.message), this.#now) : [],
    );
  }

  #connect(): void {
    this.#connection++;
    this.#server.open(`c${this.#connection}`, "device", ["h", 1], false);
    this.#perform(this.station.open());
  }

  #perform(events: readonly StationEvent[]): void {
    for (const event of events) {
      if (event.type === "cut") {
        this.#perform(this.station.close());
        this.#connect();
      } else if (event.type === "write") this.#hear(event.text);
    }
  }

  #hear(text: string): void {
    for (const event of this.#server.receive(`c${this.#connection}`, JSON.parse(text), this.#now)) {
      if (event.type === "write") this.#perform(this.station.receive(JSON.stringify(event.message), this.#now));
      if (event.type !== "received") continue;
      this.received.push(event.fields);
      for (const ack of this.#server.commit(NAME, event.epoch, event.n)) {
        if (ack.type === "write") this.#perform(this.station.receive(JSON.stringify(ack.message), this.#now));
      }
    }
  }
}

describe("a simulated weather station", () => {
  it("measures so many times a second, and is acknowledged", () => {
    const world = new World();
    world.run(10_000);
    should(world.received.length).be.within(99, 101);
    should(world.station.counts).containEql({ measured: world.received.length, acknowledged: world.received.length });
    for (const { temperature, humidity, highest, lowest } of world.received as Record<string, number>[]) {
      should(temperature).be.within(5, 30);
      should(humidity).be.within(0, 100);
      should(highest).be.aboveOrEqual(lowest!);
    }
  });

  it("loses nothing where its line breaks", () => {
    const world = new World({ cuts: 120 });
    world.run(60_000);
    const { counts, held } = world.station;
    should(counts.cuts).be.above(60);
    should(counts.acknowledged + held).equal(counts.measured);
    should(world.received.length).equal(counts.acknowledged);
  });

  it("loses its count where it loses its power, and goes on", () => {
    const world = new World({ restarts: 30 });
    world.run(60_000);
    should(world.station.counts.restarts).be.above(10);
    should(world.received.length).be.aboveOrEqual(world.station.counts.acknowledged);
    should(world.received.length).be.above(500);
  });

  it("obeys a reset", () => {
    const world = new World();
    world.run(300_000);
    const events = world.command({ reset: 1 });
    should(events.find(({ type }) => type === "told")).deepEqual({ type: "told", fields: { reset: 1 } });
    world.run(301_000);
    const { temperature, highest } = world.received.at(-1) as Record<string, number>;
    should(highest! - temperature!).be.below(1.5);
  });
});
