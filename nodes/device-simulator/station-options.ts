/** Reads the fields of simulated weather stations, and the dials that messages turn. */
import type { StationDials } from "../../lib/simulators/station.ts";
import { type Fields, integerOption } from "../shared/options.ts";
import { Dials } from "./dials.ts";
import { ownHostOption } from "./own-host.ts";

export interface StationFields {
  readonly host: string;
  readonly port: number;
  readonly stations: number;
  readonly seed: number;
  readonly dials: StationDials;
}

export const STATION_DIALS = new Dials<keyof StationDials>({
  rate: { range: [0.01, 1000], preset: 1 },
  cuts: { range: [0, 600], preset: 0 },
  restarts: { range: [0, 60], preset: 0 },
});

export function readStationOptions(fields: Fields): StationFields {
  return {
    host: ownHostOption(fields),
    port: integerOption(fields, "port", [1, 65_535], 8081),
    stations: integerOption(fields, "stations", [1, 1000], 1),
    seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    dials: STATION_DIALS.read(fields),
  };
}
