/** Reads the fields of simulated weather stations, and the messages that turn their dials. */
import type { StationDials } from "../../lib/simulators/station.ts";
import { type Fields, integerOption, numberOption } from "../shared/options.ts";
import { ownHostOption } from "./own-host.ts";

export interface StationFields {
  readonly host: string;
  readonly port: number;
  readonly stations: number;
  readonly seed: number;
  readonly dials: StationDials;
}

/** Limits of the dials, the same in the form and in messages. */
const RANGES = {
  rate: [0.01, 1000],
  cuts: [0, 600],
  restarts: [0, 60],
} as const satisfies Record<keyof StationDials, readonly [number, number]>;
const DEFAULTS: Readonly<Record<keyof StationDials, number>> = { rate: 1, cuts: 0, restarts: 0 };
const NAMES = Object.keys(RANGES) as (keyof StationDials)[];
const KNOWN = [...NAMES, "counts"];

export function readStationOptions(fields: Fields): StationFields {
  return {
    host: ownHostOption(fields),
    port: integerOption(fields, "port", [1, 65_535], 8081),
    stations: integerOption(fields, "stations", [1, 1000], 1),
    seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    dials: Object.fromEntries(NAMES.map((name) => [name, dialOf(fields, name)])) as unknown as StationDials,
  };
}

function dialOf(fields: Fields, name: keyof StationDials): number {
  return numberOption(fields, name, RANGES[name], DEFAULTS[name]);
}

export interface StationControl {
  readonly counts: boolean;
  readonly dials: Partial<StationDials>;
}

/** Throws RangeError naming what is wrong. */
export function stationControl(payload: unknown): StationControl {
  if (typeof payload !== "object" || payload === null) {
    throw new RangeError(`msg.payload must be true, false or an object of ${KNOWN.join(", ")}`);
  }
  const fields = payload as Fields;
  const wrong = Object.keys(fields).find((name) => !KNOWN.includes(name));
  if (wrong !== undefined) throw new RangeError(`"${wrong}" is none of ${KNOWN.join(", ")}`);
  const given = NAMES.filter((name) => fields[name] !== undefined);
  return {
    counts: fields.counts === true,
    dials: Object.fromEntries(given.map((name) => [name, dialOf(fields, name)])) as Partial<StationDials>,
  };
}
