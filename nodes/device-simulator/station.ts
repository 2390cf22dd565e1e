/** The kind `station`: weather stations on TCP that identify, wait for acknowledgements, and send again. */
import { type StationDials, type StationEvent, WeatherStation } from "../../lib/simulators/station.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import { type LentToken, lendToken } from "../shared/lent-tokens.ts";
import { dropSamples, type Sample } from "../shared/metrics.ts";
import { sinceRealPeer } from "../shared/simulated.ts";
import type { Turned } from "./dials.ts";
import type { Simulation, SimulationState, SimulatorHost, SimulatorKind } from "./kind.ts";
import { LineLink } from "./line-link.ts";
import { readStationOptions, STATION_DIALS, type StationFields } from "./station-options.ts";

/** A real device that came so shortly before is taken to be the one that has the name now. */
const TAKEN_MS = 2000;
/** So long a station leaves its name to a real device. */
const ASIDE_MS = 60_000;

export const stationKind: SimulatorKind = (fields) => {
  const options = readStationOptions(fields);
  return (host) => new StationSimulation(options, host);
};

interface Station {
  readonly name: string;
  readonly token: LentToken;
  readonly core: WeatherStation;
  readonly driver: Driver<StationEvent>;
  readonly link: LineLink;
}

class StationSimulation implements Simulation {
  readonly #host: SimulatorHost;
  readonly #port: number;
  readonly #stations: readonly Station[];
  readonly #aside = new Map<Station, NodeJS.Timeout>();

  constructor(options: StationFields, host: SimulatorHost) {
    this.#host = host;
    this.#port = options.port;
    this.#stations = Array.from({ length: options.stations }, (_, index) => this.#make(options, index));
    for (const { link } of this.#stations) link.start();
  }

  #make({ host, port, seed, dials }: StationFields, index: number): Station {
    const name = `weather-${index + 1}`;
    const token = lendToken(`site/${name}`, [`publish:site/${name}/#`]);
    const identity = { dev_id: name, token: token.text };
    const core = new WeatherStation({ ...dials, seed: seed + index, identity }, now());
    const link = new LineLink(host, port, {
      line: (text) => driver.run(core.receive(text, now())),
      changed: () => this.#changed(station),
    });
    const driver = drive<StationEvent>(core, (event) => this.#perform(station, event));
    const station = { name, token, core, driver, link };
    return station;
  }

  #changed(station: Station): void {
    const { core, driver, link, name } = station;
    driver.run(link.isOpen ? core.open() : core.close());
    if (!link.isOpen && sinceRealPeer("tcp", this.#port) < TAKEN_MS) this.#stepAside(station);
    this.#host.send({ topic: `simulator/${name}`, type: link.isOpen ? "connected" : "disconnected", payload: name });
    this.#host.changed();
  }

  /** A real device may have taken the name: two of one name would take it from each other for ever. */
  #stepAside(station: Station): void {
    station.link.stop();
    clearTimeout(this.#aside.get(station));
    const back = () => {
      this.#aside.delete(station);
      station.link.start();
    };
    this.#aside.set(station, setTimeout(back, ASIDE_MS).unref());
  }

  #perform({ name, link }: Station, event: StationEvent): void {
    if (event.type === "write") link.write([event.text]);
    else if (event.type === "cut") link.cut();
    else this.#host.send({ topic: `simulator/${name}`, type: "command", payload: event.fields });
    this.#host.changed();
  }

  obey(payload: unknown): void {
    if (typeof payload === "boolean") this.#each((core) => core.run(payload));
    else this.#turn(STATION_DIALS.turn(payload));
  }

  #turn({ counts, dials }: Turned<StationDials>): void {
    this.#each((core) => core.turn(dials, now()));
    if (counts) this.#host.send({ topic: "simulator/counts", type: "counts", payload: this.#counts() });
  }

  #each(work: (core: WeatherStation) => void): void {
    for (const { core, driver } of this.#stations) {
      work(core);
      driver.run([]);
    }
  }

  /** measured = acknowledged + dropped + held */
  #counts(): Record<string, number> {
    const sums: Record<string, number> = { held: 0 };
    for (const { core } of this.#stations) {
      for (const [name, count] of Object.entries({ ...core.counts, held: core.held })) {
        sums[name] = (sums[name] ?? 0) + count;
      }
    }
    return sums;
  }

  state(): SimulationState {
    const open = this.#stations.filter(({ core }) => core.isConnected).length;
    const { acknowledged = 0, held = 0 } = this.#counts();
    const values = { stations: open, port: this.#port, acknowledged, held };
    return { works: open > 0, key: open > 0 ? "station" : "connecting", values };
  }

  *samples(where: string): Iterable<Sample> {
    const { measured = 0, acknowledged = 0, dropped = 0 } = this.#counts();
    yield { name: "gatehouse_simulated_messages_total", labels: { simulator: where }, value: measured };
    yield { name: "gatehouse_simulated_acknowledged_total", labels: { simulator: where }, value: acknowledged };
    yield* dropSamples(`device-simulator:${where}`, { dropped });
  }

  async close(): Promise<void> {
    for (const timer of this.#aside.values()) clearTimeout(timer);
    for (const { token, driver, link } of this.#stations) {
      driver.stop();
      link.stop();
      token.end();
    }
  }
}
